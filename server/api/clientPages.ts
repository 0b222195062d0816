/** The built screens: files with a hash in their name for ever, pages anew each time. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router, type RequestHandler } from 'express'

/** Vite puts the hash of its content into the name of each file here. */
const HASHED = '/assets'
const FOR_EVER_SECONDS = 365 * 24 * 60 * 60

/** No screen's address has a dot, or a slash or null in disguise; files have one. */
const notOfScreens = /^\/assets\/|[.\\]|%(?:00|2e|2f|5c)/i

/**
 * Serves `dist/client`. Whatever is no file and asked for as a page gets the screens' one page,
 * which finds its way by the address (`/wall/center`, `/live`); a page of its own, such as
 * `tv.html` for `/tv`, comes first.
 */
export function clientPages(clientDir: string): RequestHandler {
  const router = Router()
  router.use(
    HASHED,
    express.static(join(clientDir, HASHED), {
      immutable: true,
      maxAge: FOR_EVER_SECONDS * 1_000,
      fallthrough: true,
      index: false,
    }),
  )
  router.use(
    express.static(clientDir, {
      index: 'index.html',
      extensions: ['html'],
      setHeaders: (response) => {
        response.setHeader('cache-control', 'no-cache')
      },
    }),
  )
  const page = join(clientDir, 'index.html')
  router.get('/{*path}', (request, response, next) => {
    // What looks like a file or a trick, or is not asked for as a page, is no screen.
    const isPage = !notOfScreens.test(request.path) && request.accepts('html') !== false
    if (!isPage || !existsSync(page)) {
      next()
      return
    }
    response.setHeader('cache-control', 'no-cache')
    response.sendFile(page)
  })
  return router
}
