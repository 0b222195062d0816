/** いまの状態(第4群)の計算方法。What the metrics of the live state say of themselves. */
import type { Declarations } from './declaration.ts'

const now = '現在'
const nowFromRecent = '現在(直近30分の実績から)'
const asItPasses = '時間の経過とともに'

export const live = {
  contactsWaiting: {
    formula: 'キューで待っている着信の件数',
    attribution: now,
    empty: null,
  },
  longestWait: {
    formula: '現在 − 待っている着信のうち最も早くキューに入った時刻',
    attribution: now,
    empty: '待っている方がいない',
  },
  waitingBeyondTarget: {
    formula: '待ち時間が目標時間 T を超えて待っている着信の件数',
    attribution: now,
    empty: null,
  },
  expectedWait: {
    formula:
      '待機中の人数が待ち件数を上回れば0。それ以外は (待ち件数 + 1 − 待機中の人数) × 直近30分の平均処理時間 ÷ 稼働中の担当者の処理時間に占めるこのキューの割合の合計',
    attribution: nowFromRecent,
    empty: '稼働中の担当者がいない、または直近30分に対応がない',
  },
  agentsSignedIn: {
    formula: 'ログアウトと不明を除く、すべての状態の担当者の人数',
    attribution: now,
    empty: null,
  },
  agentsAvailable: {
    formula: '待機中の担当者の人数。キューでは、そのキューに参加し停止していない人数',
    attribution: now,
    empty: null,
  },
  agentsRinging: {
    formula: '呼び出されていて、対応中でない担当者の人数',
    attribution: now,
    empty: null,
  },
  agentsOnContact: {
    formula: '主担当・相談・会議のいずれかで対応中の担当者の人数。保留中を含む',
    attribution: now,
    empty: null,
  },
  agentsInWrap: {
    formula: '後処理中の担当者の人数',
    attribution: now,
    empty: null,
  },
  agentsOnBreak: {
    formula: '離席中の担当者の理由別の人数。キューでは、そのキューを停止している人数も含む',
    attribution: now,
    empty: null,
  },
  timeInState: {
    formula: '現在 − いまの状態になった時刻',
    attribution: now,
    empty: '担当者の状態が不明',
  },
  occupancy: {
    formula:
      '(対応中 + 後処理中)の時間 ÷ (対応中 + 後処理中 + 待機中)の時間。所要時間のわからないメール対応があれば n/a',
    attribution: asItPasses,
    empty: '対応中、後処理中、待機中の担当者がいない',
  },
  utilization: {
    formula: '(対応中 + 後処理中)の時間 ÷ ログイン時間',
    attribution: asItPasses,
    empty: 'ログインした担当者がいない',
  },
  adherence: {
    formula: '予定された活動に対応する状態にあった時間 ÷ 経過した予定時間(状態がわかるもの)',
    attribution: asItPasses,
    empty: '状態のわかる予定時間がない',
  },
  openEmails: {
    formula: '返信を待っているメール対応の件数。前回の返信以降の顧客のメールをまとめて1件とする',
    attribution: now,
    empty: null,
  },
  oldestEmail: {
    formula: '現在 − 返信を待っているメールのうち最も早い受信時刻',
    attribution: now,
    empty: '返信を待っているメールがない',
  },
  projectedServiceLevel: {
    formula:
      '(これまでの時間内の件数 + 着信見込み × 現在の人数でのアーランAによるサービスレベル) ÷ (判定済み + 待ち + 着信見込み)',
    attribution: nowFromRecent,
    empty: '判定済み・待ち・着信見込みのいずれもない、または直近30分に対応がない',
  },
  agentsRequired: {
    formula:
      '直近30分の呼量でキューの目標を満たす最少の人数。アーランCによる(アーランAの値は説明に示す)',
    attribution: nowFromRecent,
    empty: '直近30分の着信に対応がない',
  },
} satisfies Declarations
