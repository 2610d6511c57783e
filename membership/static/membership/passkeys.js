/* Passkeys: shows the forms that use one, asks the device, and posts its answer. The pages work without: by codes. */

const isSupported = 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential

async function readOptions (form) {
  // Signing in asks for fresh options when the reader chooses to, so that a page left open does not grow stale.
  if (form.dataset.passkey === 'sign-in') {
    const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
    return (await answer.json()).request_options.publicKey
  }
  const options = JSON.parse(document.getElementById('passkey-options').textContent)
  return (options.creation_options ?? options.request_options).publicKey
}

function create (options) {
  // The device itself remembers the account and checks who holds it: that makes a key a passkey.
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required'
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return navigator.credentials.create({ publicKey })
}

function prove (options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return navigator.credentials.get({ publicKey })
}

async function askDevice (form) {
  const failure = form.querySelector('[data-failure]')
  failure.hidden = true
  try {
    const options = await readOptions(form)
    const credential = await (form.dataset.passkey === 'add' ? create(options) : prove(options))
    form.elements.credential.value = JSON.stringify(credential)
    form.submit()
  } catch {
    // Cancelled, timed out or refused: browsers do not tell which, on purpose.
    failure.hidden = false
  }
}

for (const form of isSupported ? document.querySelectorAll('form[data-passkey]') : []) {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    askDevice(form)
  })
}
