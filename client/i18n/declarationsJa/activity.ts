/** 架電・活動・メール(第2・3群)の計算方法。Outbound calls, activities and mail. */
import type { Declarations } from './declaration.ts'

const atDial = '架電した時点'
const atActivity = '活動した時点'
const atSend = 'メールを送信した時点'
const atReply = '返信した時点'
const atDisconnect = '通話の切断時'
const atDisconnectAndWrap = '通話の切断時。後処理は、終わったときに同じ時点へ加算'
const noOutboundCall = '完了した発信の通話がない'
const noOutreach = '到達したアウトリーチメールがない'
const noReply = '返信したメールがない'

export const activity = {
  outboundCalls: {
    formula:
      '架電の件数。架電の記録がない発信の通話も1件とする。担当者(または全体)の架電を数えるシステムが定められていれば、ほかのシステムの架電は数えない',
    attribution: atDial,
    empty: null,
  },
  conversations: {
    formula: '相手本人につながった架電の件数',
    attribution: atDial,
    empty: null,
  },
  connectRate: {
    formula: '通話数 ÷ 架電数',
    attribution: atDial,
    empty: '架電がない',
  },
  talkTime: {
    formula: '受信と発信の通話時間の合計。保留は含まない',
    attribution: atDisconnect,
    empty: null,
  },
  outboundAverageTalkTime: {
    formula: '発信の通話時間の合計 ÷ 完了した発信の通話の件数。コールバックは発信に含む',
    attribution: atDisconnectAndWrap,
    empty: noOutboundCall,
  },
  outboundAverageWrapTime: {
    formula: '発信の後処理時間の合計 ÷ 完了した発信の通話の件数',
    attribution: atDisconnectAndWrap,
    empty: noOutboundCall,
  },
  outboundAverageHandleTime: {
    formula: '発信の(通話 + 保留 + 後処理)の時間の合計 ÷ 完了した発信の通話の件数',
    attribution: atDisconnectAndWrap,
    empty: noOutboundCall,
  },
  approaches: {
    formula:
      '架電数 + アウトリーチメールの送信数 + ダイレクトメール・SNSメッセージ・広告出稿の活動数',
    attribution: '架電、送信、活動のそれぞれの時点',
    empty: null,
  },
  appointments: {
    formula: 'アポイント獲得の活動の件数',
    attribution: atActivity,
    empty: null,
  },
  validAppointments: {
    formula: '有効商談の活動の件数',
    attribution: atActivity,
    empty: null,
  },
  demosCompleted: {
    formula: 'デモ・導入支援の活動の件数',
    attribution: atActivity,
    empty: null,
  },
  activityVolume: {
    formula: '架電数 + メール送信数 + アポイント獲得数',
    attribution: '架電、送信、アポイント獲得のそれぞれの時点',
    empty: null,
  },
  siteVisits: {
    formula: 'サイト訪問の活動に記録された回数の合計',
    attribution: atActivity,
    empty: null,
  },
  socialActions: {
    formula: 'SNSでの反応の活動に記録された回数の合計',
    attribution: atActivity,
    empty: null,
  },
  adClicks: {
    formula: '広告クリックの活動に記録された回数の合計',
    attribution: atActivity,
    empty: null,
  },
  documentRequests: {
    formula: '資料請求の活動の件数',
    attribution: atActivity,
    empty: null,
  },
  dormantReactivations: {
    formula:
      '復帰した顧客、または受注・契約・契約変更のない365日(設定による)を経て再び受注した顧客の数',
    attribution: '復帰または受注の時点',
    empty: null,
  },
  inquiries: {
    formula:
      '対応したすべてのチャネルの受信と返信したメールのうち、7日以内(設定による)に同じ用件の先行する問い合わせがないものの件数(顧客がわかるもの)',
    attribution: '問い合わせを受けた時点',
    empty: null,
  },

  transactionFirstContactResolution: {
    formula:
      '同じ用件で7日以内(設定による)にどのチャネルでも再度の問い合わせがなく、未解決とされていない初回の問い合わせの件数 ÷ 初回の問い合わせの件数(顧客がわかるもの)',
    attribution: '初回の問い合わせが最後に終わった時点。期間が過ぎるまでは暫定値',
    empty: '顧客がわかる初回の問い合わせへの対応がない',
  },
  emailsReceived: {
    formula: '受信メールの通数',
    attribution: 'メールを受信した時点',
    empty: null,
  },
  emailsHandled: {
    formula: '返信または完了したメール対応の件数。前回の返信以降の顧客のメールをまとめて1件とする',
    attribution: '返信した時点、または案件を完了した時点',
    empty: null,
  },
  averageEmailResponseTime: {
    formula: '(返信 − 受信)の時間の合計 ÷ 返信したメール対応の件数',
    attribution: atReply,
    empty: noReply,
  },
  averageEmailResponseTimeBusinessHours: {
    formula:
      '受信から返信までの営業時間の合計 ÷ 返信したメール対応の件数。営業時間はキューのタイムゾーンで、その時々に有効なもの。定めのないキューは常に営業',
    attribution: atReply,
    empty: noReply,
  },
  emailServiceLevel: {
    formula:
      '目標内に返信した件数 ÷ (その件数 + 目標を過ぎた件数)。目標はキューごと(既定は4営業時間)。目標内に返信せず完了したものはどちらにも含まない',
    attribution: '目標内なら返信した時点、それ以外は期限の時点',
    empty: '返信したもの、期限を迎えたものがない',
  },
  emailsSent: {
    formula: '担当者が送信したメールの通数',
    attribution: atSend,
    empty: null,
  },
  emailOpenRate: {
    formula:
      '人が開封したアウトリーチメールの通数 ÷ 到達したアウトリーチメールの通数。機械による開封は除く',
    attribution: atSend,
    empty: noOutreach,
  },
  emailResponseRate: {
    formula:
      '返信のあったアウトリーチメールの通数 ÷ 到達したアウトリーチメールの通数。返信は、追跡されたもの、または顧客からの返信メール',
    attribution: atSend,
    empty: noOutreach,
  },
  companiesResponded: {
    formula: 'アウトリーチメールに初めて返信した企業の数。返信されたメールの送信者に計上',
    attribution: '最初の返信の時点',
    empty: null,
  },
} satisfies Declarations
