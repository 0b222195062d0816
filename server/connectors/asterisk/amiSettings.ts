import { z } from 'zod'

/** How to reach an Asterisk Manager Interface. */

const PLAIN_PORT = 5038

export const AmiSettings = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(PLAIN_PORT),
  username: z.string().min(1),
  secret: z.string(),
  /** `md5` never sends the secret itself; `plain` is for servers that refuse the challenge. */
  login: z.enum(['md5', 'plain']).default('md5'),
  /** Encrypts the connection (tlsenable in manager.conf, usually port 5039). */
  tls: z.boolean().default(false),
  /** Certificates to trust instead of the system's, as PEM; null: the system's. */
  tlsCertificates: z.string().nullable().default(null),
  /**
   * A queue_log of the same system is read as well: calls that were under way when the connection
   * began are left to it.
   */
  besideQueueLog: z.boolean().default(false),
  /** After so long a silence Asterisk is asked whether it is there; after twice that it is not. */
  pingSeconds: z.int().min(1).max(300).default(15),
})
export type AmiSettings = z.infer<typeof AmiSettings>
