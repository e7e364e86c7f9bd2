/* Starts GraphiQL's editor, with its workers from this server. */
(() => {
  self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => `/graphiql/${label}.worker.js` };
  const { tabs } = JSON.parse(document.getElementById('settings').textContent);

  /* Without being told which tab was open, GraphiQL opens an empty one beside the kept ones. */
  const openTab = () => {
    try {
      const kept = JSON.parse(localStorage.getItem('graphiql:tabState'));
      const { query, variables } = kept.tabs[kept.activeTabIndex];
      return { query: query ?? undefined, variables: variables ?? undefined };
    } catch {
      return {};
    }
  };

  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('graphiql'), {
    title: 'Gatehouse',
    endpoint: '/graphql',
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: 'variables',
    ...(tabs.length > 0 ? { defaultTabs: tabs } : {}),
    ...openTab(),
  });
})();
