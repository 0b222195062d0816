import { expect, it } from 'vitest'
import { newPackages } from './debianPackages.ts'

it('takes of a plan what the system lacks, and nothing that would be replaced', () => {
  const plan = `Reading package lists...
Building dependency tree...
The following NEW packages will be installed:
  libjemalloc2 liblzf1 redis-server
Inst libjemalloc2 (5.3.0-1 Debian:12.9/stable [amd64])
Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u10 Debian:12.9/stable [amd64])
Inst redis-server (5:7.0.15-1~deb12u3 Debian:12.9/stable [amd64])
Conf libjemalloc2 (5.3.0-1 Debian:12.9/stable [amd64])`
  expect(newPackages(plan)).toEqual(['libjemalloc2', 'redis-server'])
})
