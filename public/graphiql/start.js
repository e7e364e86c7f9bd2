/* Starts GraphiQL's editor, with its workers from this server. */
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => `/graphiql/${label}.worker.js` };
const { tabs } = JSON.parse(document.getElementById('settings').textContent);
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('graphiql'), {
  title: 'Gatehouse',
  endpoint: '/graphql',
  shouldPersistHeaders: false,
  defaultEditorToolsVisibility: 'variables',
  ...(tabs.length > 0 ? { defaultTabs: tabs } : {}),
});
