/**
 * The catalogue as it was agreed, and nothing of ours in between: id, group, unit, which way is
 * better, the scopes (agent, team, site, queue, center) and the Japanese name where the row gives
 * each of its ids one.
 */
const table = `
  callsOffered                          1 count     neither ATSQC 着信数
  uniqueCallsOffered                    1 count     neither QSC   着信数(ユニーク)
  callsAnswered                         1 count     higher  ATSQC 応答数
  answerRate                            1 ratio     higher  QSC   応答率
  callsHandled                          1 count     higher  ATSQC 対応件数
  callsAbandoned                        1 count     lower   QSC   放棄呼数
  shortAbandons                         1 count     neither QSC   短時間放棄数
  callsOverflowed                       1 count     lower   QSC   オーバーフロー数
  abandonRate                           1 ratio     lower   QSC   放棄呼率
  serviceLevel                          1 ratio     higher  ATSQC サービスレベル
  averageSpeedOfAnswer                  1 ms        lower   ATSQC 平均応答速度
  waitP50                               1 ms        lower   QSC   
  waitP90                               1 ms        lower   QSC   
  waitP95                               1 ms        lower   QSC   
  averageTalkTime                       1 ms        neither ATSQC 平均通話時間
  averageHoldTime                       1 ms        lower   ATSQC 平均保留時間
  averageWrapTime                       1 ms        lower   ATSQC 平均後処理時間
  averageHandleTime                     1 ms        neither ATSQC 平均処理時間
  shortCallRate                         1 ratio     lower   ATSQC 短時間通話率
  transferRate                          1 ratio     lower   ATSQC 転送率
  ringNoAnswers                         1 count     lower   ATSQC 呼出不応答数
  callbacksRequested                    1 count     neither QSC   コールバック受付数
  callbacksCompleted                    1 count     higher  QSC   コールバック完了数
  callFirstContactResolution            1 ratio     higher  ATSQC 初回解決率(通話)
  contactReasons                        1 breakdown neither ATSQC 問い合わせ理由
  outboundCalls                         2 count     higher  ATSC  架電数
  conversations                         2 count     higher  ATSC  通話数
  connectRate                           2 ratio     higher  ATSC  接続率
  talkTime                              2 ms        neither ATSQC 通話時間
  outboundAverageTalkTime               2 ms        neither ATSC  平均通話時間(発信)
  outboundAverageWrapTime               2 ms        neither ATSC  平均後処理時間(発信)
  outboundAverageHandleTime             2 ms        neither ATSC  平均処理時間(発信)
  approaches                            2 count     higher  ATSC  アプローチ数
  appointments                          2 count     higher  ATSC  アポイント獲得数
  validAppointments                     2 count     higher  ATSC  有効商談数
  demosCompleted                        2 count     higher  ATSC  デモ実施数
  activityVolume                        2 count     higher  ATSC  活動量
  siteVisits                            2 count     higher  C     サイト訪問数
  socialActions                         2 count     higher  C     SNS反応数
  adClicks                              2 count     higher  C     広告クリック数
  documentRequests                      2 count     higher  ATSC  資料請求数
  dormantReactivations                  2 count     higher  ATSC  休眠顧客掘り起こし数
  inquiries                             2 count     neither QSC   問い合わせ数
  emailsReceived                        3 count     neither QSC   メール受信数
  emailsHandled                         3 count     higher  ATSQC メール対応件数
  averageEmailResponseTime              3 ms        lower   ATSQC 平均メール返信時間
  averageEmailResponseTimeBusinessHours 3 ms        lower   ATSQC 平均メール返信時間(営業時間)
  emailServiceLevel                     3 ratio     higher  ATSQC メールSLA達成率
  emailsSent                            3 count     neither ATSC  メール送信数
  emailOpenRate                         3 ratio     higher  ATSC  メール開封率
  emailResponseRate                     3 ratio     higher  ATSC  メール返信率
  companiesResponded                    3 count     higher  ATSC  反応企業数
  transactionFirstContactResolution     3 ratio     higher  ATSQC 初回解決率(全体)
  contactsWaiting                       4 count     lower   QSC   待ち件数
  longestWait                           4 ms        lower   QSC   最長待ち時間
  waitingBeyondTarget                   4 count     lower   QSC   目標超過待ち数
  expectedWait                          4 ms        lower   Q     予測待ち時間
  agentsSignedIn                        4 count     neither TSQC  ログイン中
  agentsAvailable                       4 count     neither TSQC  待機中
  agentsRinging                         4 count     neither TSQC  呼出中
  agentsOnContact                       4 count     neither TSQC  対応中
  agentsInWrap                          4 count     neither TSQC  後処理中
  agentsOnBreak                         4 count     neither TSQC  離席中
  timeInState                           4 ms        neither A     状態継続時間
  occupancy                             4 ratio     band    ATSC  占有率
  utilization                           4 ratio     neither ATSC  稼働率
  adherence                             4 ratio     higher  ATSC  スケジュール遵守率
  openEmails                            4 count     lower   QSC   未対応メール数
  oldestEmail                           4 ms        lower   QSC   最古の未対応メール
  projectedServiceLevel                 4 ratio     higher  QC    サービスレベル着地見込み
  agentsRequired                        4 count     neither QC    必要人数
  quotesProcessed                       5 count     higher  ATSC  見積件数
  linesPerQuote                         5 lines     neither ATSC  見積明細数
  proposalsIssued                       5 count     higher  ATSC  提案件数
  linesPerProposal                      5 lines     neither ATSC  提案明細数
  averageQuotePrice                     5 money     higher  ATSC  平均見積金額
  averageQuoteTurnaround                5 ms        lower   ATSC  見積リードタイム
  averageProposalTurnaround             5 ms        lower   ATSC  提案リードタイム
  orders                                5 count     higher  ATSC  受注件数
  salesAmount                           5 money     higher  ATSC  受注金額
  sourcedOrderAmount                    5 money     higher  ATSC  アポ由来受注金額
  existingCustomerSales                 5 money     higher  ATSC  既存顧客売上
  crossSellOpportunities                5 count     higher  ATSC  アップセル・クロスセル提案数
  crossSellSuccesses                    5 count     higher  ATSC  アップセル・クロスセル成功数
  crossSellRate                         5 ratio     higher  ATSC  アップセル・クロスセル率
  leadsIdentified                       5 count     higher  ATSC  リード獲得数
  companiesIdentified                   5 count     higher  ATSC  リード獲得企業数
  referrals                             5 count     higher  ATSC  紹介数
  leadAcquisitionRate                   5 ratio     higher  ATSC  リード獲得率
  leadResponseTime                      5 ms        lower   ATSC  リード初回対応時間
  marketingQualifiedLeads               5 count     higher  ATSC  MQL数
  salesQualifiedLeads                   5 count     higher  ATSC  SQL数
  leadConversionRate                    5 ratio     higher  ATSC  リード成約率
  leadToStageOneRate                    5 ratio     higher  ATSC  リード→ステージ1転換率
  leadToStageTwoRate                    5 ratio     higher  ATSC  リード→ステージ2転換率
  opportunitiesCreated                  5 count     higher  ATSC  商談化数
  stageOneOpportunities                 5 count     higher  ATSC  ステージ1商談数
  stageTwoOpportunities                 5 count     higher  ATSC  ステージ2商談数
  stageTwoValue                         5 money     higher  ATSC  ステージ2商談金額
  opportunitiesPerRep                   5 count     higher  TSC   一人当たり商談化数
  opportunityRate                       5 ratio     higher  ATSC  商談化率
  stageOneToTwoRate                     5 ratio     higher  ATSC  ステージ1→2転換率
  stageTransitions                      5 matrix    higher  ATSC  顧客のステージ移行数
  dealsWon                              5 count     higher  ATSC  受注案件数
  newContracts                          5 count     higher  ATSC  新規契約数
  winRate                               5 ratio     higher  ATSC  受注率
  winRateCohort                         5 ratio     higher  ATSC  受注率(コホート)
  salesClosingRatio                     5 ratio     lower   ATSC  1件受注あたり案件数
  salesCycleLength                      5 ms        lower   ATSC  平均営業サイクル日数
  averageDealSize                       5 money     higher  ATSC  平均受注単価
  averageContractTerm                   5 months    higher  ATSC  平均契約期間
  pipelineValue                         5 money     higher  ATSC  パイプライン金額
  newBusinessRevenue                    6 money     higher  ATSC  新規売上
  expansionRevenue                      6 money     higher  ATSC  拡大売上
  contractionRevenue                    6 money     lower   ATSC  縮小売上
  churnedRevenue                        6 money     lower   ATSC  解約売上
  netExpansionRevenue                   6 money     higher  ATSC  純拡大売上
  netNewRevenue                         6 money     higher  ATSC  純増売上
  monthlyRecurringRevenue               6 money     higher  SC    月次経常収益(MRR)
  monthlyRevenuePerCustomer             6 money     higher  SC    顧客あたり月次収益(ARPA)
  newCustomers                          6 count     higher  ATSC  新規顧客数
  activeCustomers                       6 count     higher  SC    既存顧客数
  customersLost                         6 count     lower   SC    解約顧客数
  salesPerContract                      6 money     higher  SC    契約単価
  salesPerCustomer                      6 money     higher  SC    顧客単価
  customerChurnRate                     6 ratio     lower   C     解約率
  customerRetentionRate                 6 ratio     higher  C     継続率
  customerLifetimeValue                 6 money     higher  C     顧客生涯価値
  salesGrowth                           6 ratio     higher  ATSC  売上成長率
  improvementRate                       6 ratio     higher  ATSC  改善率
  quotaAttainment                       6 ratio     higher  ATSC  目標達成率
  repsAtQuota                           6 ratio     higher  TSC   目標達成者率
  revenuePerRep                         6 money     higher  TSC   一人当たり売上
  revenueToEarnings                     6 ratio     higher  ATSC  対OTE比
  repTenure                             6 months    higher  TSC   平均在籍期間
  productMix                            6 breakdown neither ATSC  商品構成
  grossMargin                           6 ratio     higher  ATSC  粗利率
  costPerLead                           6 money     lower   ATSC  リード獲得単価
  outreachReturn                        6 ratio     higher  ATSC  アウトリーチROI
  callQualityScore                      7 ratio     higher  ATSQC 応対品質スコア(通話)
  emailQualityScore                     7 ratio     higher  ATSQC 応対品質スコア(メール)
  orderAccuracy                         7 ratio     higher  ATSC  受注正確率
  quoteAccuracy                         7 ratio     higher  ATSC  見積正確率
  evaluationsCompleted                  7 count     higher  ATSQC 評価件数
  criticalFailures                      7 count     lower   ATSQC 重大ミス数
  evaluatorAgreement                    7 alpha     higher  C     評価者間一致度
  customerSatisfaction                  8 ratio     higher  ATSQC 顧客満足度
  fieldSalesSatisfaction                8 ratio     higher  ATSQC フィールドセールス満足度
  partnerSatisfaction                   8 ratio     higher  ATSQC 代理店満足度
  netPromoterScore                      8 score     higher  ATSQC NPS
  customerEffortScore                   8 ratio     higher  ATSQC 顧客努力指標(CES)
  surveyResponseRate                    8 ratio     higher  TSQC  アンケート回答率
`

const words = {
  A: 'agent',
  T: 'team',
  S: 'site',
  Q: 'queue',
  C: 'center',
} as const
const letters = Object.keys(words) as (keyof typeof words)[]

export type AgreedMetric = {
  id: string
  group: number
  unit: string
  better: string
  scopes: readonly (typeof words)[keyof typeof words][]
  /** Null: the row names several at once. */
  nameJa: string | null
}

export const agreed: readonly AgreedMetric[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [id = '', group, unit = '', better = '', scopes = '', ...nameJa] = line.trim().split(/ +/)
    return {
      id,
      group: Number(group),
      unit,
      better,
      scopes: letters.filter((letter) => scopes.includes(letter)).map((letter) => words[letter]),
      nameJa: nameJa.join(' ') || null,
    }
  })

/** What rows of the catalogue name beside their id, each a metric of its own. */
const additions: Readonly<Record<string, readonly string[]>> = {
  callQualityScore: [
    'callQualityProductKnowledge',
    'callQualityTechnicalKnowledge',
    'callQualityCommunication',
    'callQualityProblemSolving',
  ],
  emailQualityScore: [
    'emailQualityProductKnowledge',
    'emailQualityTechnicalKnowledge',
    'emailQualityCommunication',
    'emailQualityProblemSolving',
  ],
  netPromoterScore: ['fieldSalesNetPromoterScore', 'partnerNetPromoterScore'],
  customerEffortScore: ['fieldSalesEffortScore', 'partnerEffortScore'],
}

/** The agreed ones, and what their rows add (by section, by audience). */
export const expectedMetrics: readonly AgreedMetric[] = agreed.flatMap((metric) => [
  metric,
  ...(additions[metric.id] ?? []).map((id) => ({ ...metric, id, nameJa: null })),
])
