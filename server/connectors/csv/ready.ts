/** Mappings that come with Ringside: for use as they are, or to begin one's own from. */
import callList from './mappings/call-list.json' with { type: 'json' }
import crmPipeline from './mappings/crm-pipeline.json' with { type: 'json' }

export const readyMappings: Readonly<Record<string, unknown>> = {
  'call-list': callList,
  'crm-pipeline': crmPipeline,
}
