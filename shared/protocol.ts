/**
 * The version of the wire. Add one whenever an old client would misread a message. An open wall
 * then reloads itself.
 *
 * Apart from the wire's schemas, so that a TV need not load them to say which version it speaks.
 */
export const PROTOCOL_VERSION = 1
