/** すべての画面の文言(日本語)。Every text of the screens in Japanese. */
import type { Messages } from './en.ts'

/** タイルや列見出しに収まる短い名前。 */
const shortMetrics: Messages['shortMetrics'] = {
  serviceLevel: 'サービスレベル',
  contactsWaiting: '待ち件数',
  longestWait: '最長待ち時間',
  waitingBeyondTarget: '目標超過',
  abandonRate: '放棄呼率',
  callsOffered: '着信数',
  callsAnswered: '応答数',
  callsHandled: '対応件数',
  averageSpeedOfAnswer: '平均応答',
  averageHandleTime: '平均処理',
  averageTalkTime: '平均通話',
  waitP50: '待ち時間 50%',
  waitP90: '待ち時間 90%',
  waitP95: '待ち時間 95%',
  agentsAvailable: '待機中',
  agentsOnContact: '対応中',
  projectedServiceLevel: '着地見込み',
}

/** 表の狭い列の見出し。 */
const columnMetrics: Messages['columnMetrics'] = {
  serviceLevel: 'SL',
  contactsWaiting: '待ち',
  longestWait: '最長待ち',
}

export const ja = {
  product: 'Ringside',
  shortMetrics,
  columnMetrics,
  skipToContent: '本文へ移動',

  signIn: {
    title: 'サインイン',
    lead: 'コンタクトセンターのいまを、ひと目で。',
    name: 'ユーザー名',
    password: 'パスワード',
    showPassword: 'パスワードを表示',
    hidePassword: 'パスワードを隠す',
    submit: 'サインイン',
    busy: 'サインインしています…',
    wrong: 'ユーザー名またはパスワードが違います。',
    tooMany: '試行回数が多すぎます。1分ほど待ってからもう一度お試しください。',
    missing: 'ユーザー名とパスワードを入力してください。',
  },

  account: {
    signOut: 'サインアウト',
    signedInAs: (name: string) => `${name} でサインイン中`,
  },

  settings: {
    theme: '配色',
    dark: 'ダーク',
    light: 'ライト',
    auto: 'システムに合わせる',
    language: '言語',
  },

  nav: {
    main: 'メイン',
    home: 'スタート',
    live: 'ライブ',
  },

  home: {
    consoleTitle: 'ライブコンソール',
    consoleLead: 'すべてのキューと担当者のいま。どの数字も通話一件まで開けます。',
    wallsTitle: 'ウォールボード',
    wallsLead: 'テレビで開いたままにしておけます。',
    widgets: (n: number) => `タイル ${n} 枚`,
    chooseQueue: 'キューを選んで開きます。',
    noBoards: 'ボードはまだありません。',
  },

  states: {
    loading: '読み込んでいます…',
    connecting: '接続しています…',
    offlineTitle: 'サーバーに接続できません',
    offlineLead: '自動的に再接続します。',
    failedTitle: '表示できませんでした',
    retry: 'もう一度試す',
    notFoundTitle: 'ページが見つかりません',
    notFoundLead: (path: string) => `${path} という画面はありません。`,
    boardMissing: (board: string) => `「${board}」というボードはありません。`,
    toStart: 'スタートへ',
  },

  failures: {
    notSignedIn: 'サインインしていません。',
    notAllowed: '表示する権限がありません。管理者に問い合わせてください。',
    notFound: 'サーバーに該当するものがありません。',
    tooMany: 'リクエストが多すぎます。1分ほど待ってからもう一度お試しください。',
    refused: 'サーバーに拒否されました。',
    offline: 'サーバーが応答しません。自動的に再試行します。',
  },

  refusals: {
    badRequest: 'この画面の要求をサーバーが理解できませんでした。',
    clientTooOld: 'この画面はサーバーより古いため、読み込み直しています。',
    notSignedIn: 'サインインしていません。',
    notAllowed: 'この数値を表示する権限がありません。管理者に問い合わせてください。',
    unknownCenter: '該当するセンターがありません。',
    tooMuch: '同時に開いている画面が多すぎます。いくつか閉じてからもう一度お試しください。',
  },

  wall: {
    chooseQueue: 'どのキューを表示しますか?',
    chooseQueueLead: 'このボードは一つのキューを表示します。',
    noQueues: 'キューはまだありません。最初の着信があると、ここに表示されます。',
    simulated: 'シミュレーション',
    simulatedLong: 'この数値は電話システムではなくシミュレーターによるものです。',
    oldLead: '以下の数値は古いものです。再接続しています。',
    silent: (source: string) => `${source} から通知がありません`,
    silentMore: (source: string, others: number) =>
      `${source} ほか ${others} 件から通知がありません`,
    silentSince: (time: string) => `${time} から通知なし`,
    silentAlways: '一度も通知なし',
    unknown: (what: string) => `このバージョンでは「${what}」を表示できません。`,
  },

  tile: {
    target: (value: string) => `目標 ${value}`,
    atLeast: (value: string) => `${value}以上`,
    atMost: (value: string) => `${value}以下`,
    titleOf: (metric: string, period: string) => `${metric}(${period})`,
    ok: '達成',
    warn: '注意',
    bad: '未達',
    notReported: 'n/a',
    notReportedBy: (source: string) => `${source} は報告しません`,
  },

  windows: {
    interval: 'この時間帯',
    last30: '直近30分',
    today: '本日',
  },

  table: {
    queue: 'キュー',
    more: (n: number) => `ほか ${n} キュー`,
    noQueues: 'キューはまだありません',
  },

  agents: {
    title: '担当者',
    none: '担当者はまだいません',
    noneSignedIn: 'ログイン中の担当者はいません',
    more: (n: number) => `+${n}`,
    signedIn: 'ログイン中',
  },

  agentStates: {
    onContact: '対応中',
    wrapUp: '後処理中',
    ringing: '呼出中',
    notReady: '離席中',
    available: '待機中',
    signedOut: 'ログアウト',
    unknown: '不明',
  },

  waiting: {
    title: '待ち',
    none: '待っている方はいません',
    past: '目標超過',
    more: (n: number) => `ほか ${n} 件`,
  },

  trend: {
    today: (metric: string) => `${metric}(本日)`,
    time: '時刻',
    none: '本日の数値はまだありません',
    summary: (metric: string, from: string, to: string, low: string, high: string, last: string) =>
      `${metric}、${from}から${to}まで。最低 ${low}、最高 ${high}、直近 ${last}。`,
  },

  freshness: {
    fresh: 'ライブ',
    waiting: '通知待ち',
    old: (time: string) => `${time} 時点のデータ`,
    lost: (time: string) => `${time} から通知がありません`,
  },
} satisfies Messages
