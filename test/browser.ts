/** The browser that drives the screens in tests and takes their pictures. */
import { chromium, type Browser } from 'playwright-core'
import { BROWSER_FLAGS, ensureChromium } from './chromium.ts'

/** A headless Chromium of today with nothing of an earlier run in it; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await ensureChromium()
  return chromium.launch({ executablePath: path, env, args: [...BROWSER_FLAGS] })
}
