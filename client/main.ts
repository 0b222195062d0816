/** Starts the screens: makes the parts, joins them, mounts the outermost component. */
import './guard.ts'
import '@fontsource-variable/inter/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import { createAddress } from './address.svelte.ts'
import { createApi } from './api.ts'
import App from './App.svelte'
import { createSettings } from './settings.svelte.ts'

async function start(): Promise<void> {
  const target = document.getElementById('app')
  if (!target) throw new Error('index.html has no #app')
  const address = createAddress()
  const settings = await createSettings(new URLSearchParams(location.search))
  const api = createApi(() => address.query('center'))
  mount(App, { target, props: { address, settings, api } })
  // Kanji and kana for screens without them: only the parts that are shown are fetched.
  await import('@fontsource-variable/noto-sans-jp/wght.css')
}

void start()
