/* Signing in for GraphiQL: a bar above the editor, and the token on every request that the editor sends. */
(() => {
  const settings = JSON.parse(document.getElementById('settings').textContent);
  const bar = document.getElementById('sign-in');
  const kept = sessionStorage;
  const callApi = window.fetch.bind(window);

  const withToken = (init = {}) => {
    const headers = new Headers(init.headers);
    const token = kept.getItem('gatehouse.token');
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    headers.set('x-gatehouse-csrf', '1');
    return { ...init, headers };
  };
  // GraphiQL calls window.fetch; a header that somebody typed into its header editor goes first.
  window.fetch = (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    const isApi = origin === location.origin && pathname === '/graphql';
    return callApi(input, isApi ? withToken(init) : init);
  };

  const ask = async (query, variables) => {
    const response = await callApi('/graphql', withToken({
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
    }));
    return response.json();
  };

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const problem = element('div', { role: 'alert' });

  const signIn = async (email, password) => {
    problem.textContent = '';
    bar.querySelectorAll('button').forEach((button) => { button.disabled = true; });
    try {
      const { data, errors } = await ask(
        'mutation SignIn($email: String!, $password: String!) {'
        + ' signIn(input: { email: $email, password: $password }) { token userErrors { message } } }',
        { email, password });
      const payload = data?.signIn;
      if (!payload?.token) {
        throw new Error([...payload?.userErrors ?? [], ...errors ?? []].map(({ message }) => message).join(' '));
      }
      kept.setItem('gatehouse.token', payload.token);
      kept.setItem('gatehouse.email', email);
      // What one may see of the schema depends on who one is.
      location.reload();
    } catch (error) {
      problem.textContent = error.message || 'The server does not answer.';
      bar.querySelectorAll('button').forEach((button) => { button.disabled = false; });
    }
  };

  const signOut = async () => {
    await ask('mutation { signOut { __typename } }').catch(() => undefined);
    kept.removeItem('gatehouse.token');
    location.reload();
  };

  const showSignedOut = () => {
    const email = element('input', {
      type: 'email', name: 'email', placeholder: 'E-mail', autocomplete: 'username', required: true,
    });
    const password = element('input', {
      type: 'password', name: 'password', placeholder: 'Password', autocomplete: 'current-password', required: true,
    });
    const form = element('form', {}, email, password, element('button', { className: 'main', textContent: 'Sign in' }));
    email.setAttribute('aria-label', 'E-mail');
    password.setAttribute('aria-label', 'Password');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void signIn(email.value, password.value);
    });
    const buttons = settings.signIns.map(({ email: address, description, password: known }) => {
      const button = element('button', { type: 'button', title: description, textContent: address });
      button.addEventListener('click', () => void signIn(address, known));
      return button;
    });
    bar.replaceChildren(
      element('strong', { textContent: buttons.length > 0 ? 'Sign in to the demo as' : 'Sign in' }), ...buttons,
      element('span', { className: 'spacer' }), form, problem);
  };

  const showSignedIn = (email) => {
    const button = element('button', { type: 'button', textContent: 'Sign out' });
    button.addEventListener('click', () => void signOut());
    const who = settings.signIns.find((each) => each.email === email)?.description;
    bar.replaceChildren(
      'Signed in as', element('strong', { textContent: email }), ...(who ? [`(${who})`] : []),
      element('span', { className: 'spacer' }), button);
  };

  const email = kept.getItem('gatehouse.email');
  if (!kept.getItem('gatehouse.token')) {
    showSignedOut();
    return;
  }
  showSignedIn(email);
  ask('{ viewer { __typename } }').then(({ data }) => {
    if (data?.viewer) return;
    kept.removeItem('gatehouse.token');
    showSignedOut();
  }, () => undefined);
})();
