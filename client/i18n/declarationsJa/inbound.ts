/** インバウンド(第1群)の計算方法。What the metrics of contacts in queues say of themselves. */
import type { Declarations } from './declaration.ts'

const atAnswer = '応答した時点'
const atDisconnect = '通話の切断時'
const atDisconnectAndWrap = '通話の切断時。後処理は、終わったときに同じ時点へ加算'
const noneHandled = '対応した通話がない'
const noneAnswered = '応答した着信がない'
const percentile = (n: number) => ({
  formula: `応答した着信の ${n}% が収まる待ち時間。誤差は5%以内`,
  attribution: atAnswer,
  empty: noneAnswered,
})

export const inbound = {
  callsOffered: {
    formula: 'キュー・拠点・全体: キューへの着信の件数。担当者・チーム: 呼び出しの件数(直通を含む)',
    attribution: 'キューに入った時点。呼び出しは最初に鳴った時点',
    empty: null,
  },
  uniqueCallsOffered: {
    formula: '新規の着信の件数。転送や再キューイングによる着信は含まない',
    attribution: 'キューに入った時点',
    empty: null,
  },
  callsAnswered: {
    formula: '応答した着信の件数。担当者・チーム: 自ら応答した件数',
    attribution: '応答した時点(その着信で担当者に最初につながったとき)',
    empty: null,
  },
  answerRate: {
    formula: '応答数 ÷ (応答数 + 放棄呼数 + 短時間放棄数 + オーバーフロー数)',
    attribution: '応答した時点、またはキューを離れた時点',
    empty: '応答または終了した着信がない',
  },
  callsHandled: {
    formula: '完了した受信の通話(主担当)の件数。直通を含む',
    attribution: atDisconnect,
    empty: null,
  },
  callsAbandoned: {
    formula: '目標時間 T 以内の放棄(短時間放棄の基準 s ≤ 待ち時間 ≤ T)+ T を超えてからの放棄',
    attribution: '放棄された時点',
    empty: null,
  },
  shortAbandons: {
    formula: '待ち時間が短時間放棄の基準 s 未満の放棄の件数',
    attribution: '放棄された時点',
    empty: null,
  },
  callsOverflowed: {
    formula:
      '時間切れ、オーバーフロー、キー操作による離脱、担当者不在、着信制限、取り下げ、コールバック依頼、他への転送、留守番電話で終わった着信の件数',
    attribution: 'キューを離れた時点',
    empty: null,
  },
  abandonRate: {
    formula: '放棄呼数 ÷ (応答数 + 放棄呼数 + オーバーフロー数)。短時間放棄は除く',
    attribution: '応答した時点、またはキューを離れた時点',
    empty: '短時間放棄のほかに、応答または終了した着信がない',
  },
  serviceLevel: {
    formula:
      '時間内の件数 ÷ 判定済みの件数(各キューのサービスレベル定義による)。担当者・チーム: 目標時間 T 以内の応答 ÷ 応答',
    attribution:
      '応答、放棄、オーバーフロー、目標時間の超過(入った時点 + T)のうち最初の時点。担当者・チームは応答した時点',
    empty: '判定済みの着信がまだない',
  },
  averageSpeedOfAnswer: {
    formula: '応答した着信の待ち時間の合計 ÷ 応答数',
    attribution: atAnswer,
    empty: noneAnswered,
  },
  waitP50: percentile(50),
  waitP90: percentile(90),
  waitP95: percentile(95),
  averageTalkTime: {
    formula: '通話時間の合計 ÷ 対応件数。保留は通話に含まない',
    attribution: atDisconnectAndWrap,
    empty: noneHandled,
  },
  averageHoldTime: {
    formula: '保留時間の合計 ÷ 対応件数',
    attribution: atDisconnectAndWrap,
    empty: noneHandled,
  },
  averageWrapTime: {
    formula: '後処理時間の合計 ÷ 対応件数',
    attribution: atDisconnectAndWrap,
    empty: noneHandled,
  },
  averageHandleTime: {
    formula: '(通話 + 保留 + 後処理)の時間の合計 ÷ 対応件数',
    attribution: atDisconnectAndWrap,
    empty: noneHandled,
  },
  shortCallRate: {
    formula: '通話時間がキューの下限(既定は30秒)に満たない対応の件数 ÷ 対応件数',
    attribution: atDisconnect,
    empty: noneHandled,
  },
  transferRate: {
    formula: 'ブラインド転送または確認転送をした対応、転送で切断された対応の件数 ÷ 対応件数',
    attribution: atDisconnect,
    empty: noneHandled,
  },
  ringNoAnswers: {
    formula: '応答がないまま終わった呼び出しの件数',
    attribution: '呼び出しが終わった時点',
    empty: null,
  },
  callbacksRequested: {
    formula:
      'コールバック受付の件数。コールバック依頼で終わった着信は、対応するコールバックの記録がなければ数える',
    attribution: '受け付けた時点',
    empty: null,
  },
  callbacksCompleted: {
    formula: '完了したコールバックの件数',
    attribution: '完了した時点',
    empty: null,
  },
  callFirstContactResolution: {
    formula:
      '同じ用件で7日以内(設定による)に再度の通話がなく、未解決とされていない初回の通話の件数 ÷ 初回の通話の件数(顧客がわかるもの)',
    attribution: '初回の通話で最後に切断した時点。期間が過ぎるまでは暫定値',
    empty: '顧客がわかる初回の通話への対応がない',
  },
  contactReasons: {
    formula: '対応の理由別の件数(多い順)。理由のない対応は除く',
    attribution: atDisconnect,
    empty: '理由の付いた対応がない',
  },
} satisfies Declarations
