/** The least that analytics.js starts with: where it sends to, and that every event may be sent. */
export function bootSettings(writeKey: string, base: URL) {
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${base.host}${base.pathname.replace(/\/+$/, '')}/v1`,
        protocol: base.protocol.slice(0, -1),
      },
    },
    plan: { track: { __default: { enabled: true } } },
    remotePlugins: [],
    middlewareSettings: {},
    enabledMiddleware: {},
  };
}
