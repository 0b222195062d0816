/** データ保存期間のページの日本語。 */
import type { retentionEn } from './retentionEn.ts'

export const retentionJa: typeof retentionEn = {
  title: 'データの保存期間',
  lead: '合計は無期限に残り、ここでの設定によって数字が変わることはありません。それ以外を残す期間を決めます。',
  homeLead: 'コンタクトの明細、受け付けられなかったイベント、操作記録、ストリーム。',
  days: '日',
  megabytes: 'MB',
  details: 'コンタクトの明細',
  detailsHint:
    '通話・チャット・タスクについて報告された内容(顧客と時刻を含む)と、数字を開いたときの明細です。ディスクを最も使います。削除後も古い数字はそのまま残りますが、内訳を開くことや、別の設定での再計算はできません。',
  forGood: '無期限に残す',
  after: '期間を過ぎたら削除する',
  fields: {
    detailDays: '明細を残す日数',
    rejectedDays: '受け付けられなかったイベント',
    auditDays: '操作と閲覧の記録',
    streamDays: 'イベントのストリーム',
    streamMegabytes: 'ストリームの上限',
  },
  hints: {
    detailDays: '明細は数分以内、コンタクトは1〜2日後に削除されます。',
    rejectedDays: '内容を直して送り直せるように残します。その後は件数だけが残ります。',
    auditDays: 'この期間を過ぎると、誰が誰の明細を見たかは分からなくなります。',
    streamDays:
      '復元できるバックアップの古さです(続きをストリームから読むため)。1日分ごとに、その日のイベントの分だけ Redis のメモリーを使います。',
    streamMegabytes: '超えると、バックアップ済みの新しいイベントも削除されます。',
  },
  all: '現在、すべての明細が残っています。',
  wrong: (field, least, most, unit) =>
    `${field}: ${least}〜${most}の整数(${unit})を入力してください。`,
  noQuarter: (time) =>
    `営業日の開始は${time}です。明細を削除するには、15分単位の時刻でなければなりません。先にディレクトリーの businessDayStart を変更してください。`,
  outdated: '他の人が先に変更しました。現在の設定を確認してから、もう一度保存してください。',
  save: '保存',
  saving: '保存中…',
  saved: '保存しました。',
  same: '変更はありません。',
  askTitle: '元に戻せません',
  asks: {
    detailDays: (date) =>
      `${date}より前のコンタクトの明細を削除し、以後も毎日1日分ずつ削除します。後で期間を延ばしても元には戻りません。`,
    rejectedDays: (date) => `${date}より前の、受け付けられなかったイベントを削除します。`,
    auditDays: (date) => `${date}より前の操作と閲覧の記録を削除します。`,
  },
  confirm: '削除して保存',
  cancel: '保存しない',
}
