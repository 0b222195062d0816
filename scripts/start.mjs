// `npm start`: from a fresh clone to a running Ringside. Needs Node and npm, nothing installed.
//
// This file is plain enough for any Node of the last years to read, so that one that is too old is
// told so instead of failing on syntax.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isNewEnough = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22

if (isNewEnough) {
  import('./run.mjs')
    .then(({ run }) => run())
    .catch((/** @type {unknown} */ error) => {
      console.error(error)
      process.exitCode = 1
    })
} else {
  console.error(
    `Ringside needs Node 20.19, 22.12 or later; this is ${process.version}. Get one at nodejs.org.`,
  )
  process.exitCode = 1
}
