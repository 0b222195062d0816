/** 見積・受注・売上・顧客(第5・6群)の計算方法。Quotes, orders, revenue and customers. */
import type { Declarations } from './declaration.ts'

const firstIssue = '最初に発行した時点'
const atOrder = '受注した時点。取消はその時点から差し引く'
const atChange = '変更の時点'
const atDecision = '受注・失注が決まった時点'
const upToEnd = '期間の終わりまでのすべて'
const reps = '営業担当者数(在籍日数の合計 ÷ 期間の日数)'
const result = '(純増売上 + 受注金額、またはその一方(センターの設定))'
const ofResult = '契約変更の時点と受注した時点'
const noRep = '営業担当者がいない'
const lossAndStart = '解約の時点。顧客数は期首まで'

export const revenue = {
  quotesProcessed: {
    formula: '発行した見積の件数。再発行しても1件',
    attribution: firstIssue,
    empty: null,
  },
  linesPerQuote: {
    formula: '最終発行時の明細数の合計 ÷ 明細数のわかる発行済みの見積の件数',
    attribution: firstIssue,
    empty: '明細数のわかる発行済みの見積がない',
  },
  proposalsIssued: {
    formula: '発行した提案の件数。再発行しても1件',
    attribution: firstIssue,
    empty: null,
  },
  linesPerProposal: {
    formula: '最終発行時の明細数の合計 ÷ 明細数のわかる発行済みの提案の件数',
    attribution: firstIssue,
    empty: '明細数のわかる発行済みの提案がない',
  },
  averageQuotePrice: {
    formula: '最終発行時の金額の合計 ÷ 金額のある発行済みの見積の件数',
    attribution: firstIssue,
    empty: '金額のある発行済みの見積がない',
  },
  averageQuoteTurnaround: {
    formula: '(最初の発行 − 依頼)の時間の合計 ÷ 依頼を受けて発行した見積の件数',
    attribution: firstIssue,
    empty: '依頼を受けて発行した見積がない',
  },
  averageProposalTurnaround: {
    formula: '(最初の発行 − 依頼)の時間の合計 ÷ 依頼を受けて発行した提案の件数',
    attribution: firstIssue,
    empty: '依頼を受けて発行した提案がない',
  },
  orders: {
    formula: '受注の件数 − 取消の件数',
    attribution: atOrder,
    empty: null,
  },
  salesAmount: {
    formula: '受注金額の合計(取消を除く)。金額のない受注は明細の合計とする',
    attribution: atOrder,
    empty: null,
  },
  sourcedOrderAmount: {
    formula:
      '商談にアポイントがあった受注の金額の合計(取消を除く)。最初のアポイントを獲得した担当者に計上',
    attribution: atOrder,
    empty: null,
  },
  existingCustomerSales: {
    formula:
      '以前に受注がある企業、またはその受注によらない契約がある企業の受注金額の合計(取消を除く)',
    attribution: atOrder,
    empty: null,
  },

  newBusinessRevenue: {
    formula: '新規契約の金額の合計。金額がなければ月額の変化とする',
    attribution: atChange,
    empty: null,
  },
  expansionRevenue: {
    formula: '契約拡大の金額の合計。金額がなければ月額の変化とする',
    attribution: atChange,
    empty: null,
  },
  contractionRevenue: {
    formula: '契約縮小の金額の合計。金額がなければ月額の変化とする',
    attribution: atChange,
    empty: null,
  },
  churnedRevenue: {
    formula: '解約した顧客の金額の合計。金額がなければその月額とする',
    attribution: atChange,
    empty: null,
  },
  netExpansionRevenue: {
    formula: '拡大売上 − 縮小売上 − 解約売上',
    attribution: atChange,
    empty: null,
  },
  netNewRevenue: {
    formula: '新規売上 + 拡大売上 − 縮小売上 − 解約売上',
    attribution: atChange,
    empty: null,
  },
  newCustomers: {
    formula: '初めて契約または受注した企業の数(取消を除く)',
    attribution: '企業の最初の契約または受注の時点',
    empty: null,
  },
  customersLost: {
    formula: '解約した顧客の数。復帰するまでは再び数えない',
    attribution: '解約の時点',
    empty: null,
  },
  productMix: {
    formula: '商品別の明細金額の合計(取消を除く)。明細のない受注は「unspecified」',
    attribution: atOrder,
    empty: '受注がない',
  },
  grossMargin: {
    formula: '(金額 − 原価)の合計 ÷ 金額の合計。原価のある明細が対象(取消を除く)',
    attribution: atOrder,
    empty: '原価のわかる受注がない',
  },
  costPerLead: {
    formula: 'リード獲得の費用の合計 ÷ リード獲得数',
    attribution: '費用は対象期間に按分、リードは獲得した時点',
    empty: '獲得したリードがない',
  },
  outreachReturn: {
    formula: 'アウトバウンドの商談の受注金額の合計 ÷ アウトリーチと人件費の合計',
    attribution: '商談は受注が決まった時点、費用は対象期間に按分',
    empty: '費用がない',
  },
  monthlyRecurringRevenue: {
    formula: 'すべての企業の月額の合計',
    attribution: upToEnd,
    empty: null,
  },
  monthlyRevenuePerCustomer: {
    formula: '月次経常収益(MRR) ÷ 既存顧客数',
    attribution: upToEnd,
    empty: '顧客がいない',
  },
  activeCustomers: {
    formula: '顧客になった企業と以前からの顧客の数 − 解約した顧客の数',
    attribution: upToEnd,
    empty: null,
  },
  salesPerContract: {
    formula: '新規の商談の受注金額の合計 ÷ 新規契約数',
    attribution: atDecision,
    empty: '新規契約がない',
  },
  salesPerCustomer: {
    formula: '既存顧客売上 ÷ 期首の顧客数',
    attribution: '受注した時点。顧客数は期首まで',
    empty: '顧客がいない',
  },
  customerChurnRate: {
    formula: '解約顧客数 ÷ 期首の顧客数',
    attribution: lossAndStart,
    empty: '期首の顧客がいない',
  },
  customerRetentionRate: {
    formula: '1 − 解約顧客数 ÷ 期首の顧客数',
    attribution: lossAndStart,
    empty: '期首の顧客がいない',
  },
  customerLifetimeValue: {
    formula: '粗利率 × (1 ÷ 解約率) × 顧客あたり月次収益(ARPA)。直近の満了した月の値',
    attribution: '期間の終わり(または現在)から見て直近の満了した月',
    empty: 'その月に解約がない、顧客がいない、または原価のある明細がない',
  },
  salesGrowth: {
    formula: '受注金額 ÷ 前期間の同じ長さの受注金額 − 1',
    attribution: '受注した時点',
    empty: '前期間の受注がない',
  },
  improvementRate: {
    formula:
      '高いほどよい率は 今期間 ÷ 前期間の同じ長さ、低いほどよい率はその逆。1を超えれば常に改善。対象は受注率、または指定された率',
    attribution: '対象の率と同じ',
    empty: '率、または割る側の率が、いずれかの期間でゼロか値なし',
  },
  quotaAttainment: {
    formula:
      '目標の指標の実績 ÷ 目標値(期間に含まれる分)。複数ある場合は指定された指標、なければ名前順で最初のもの',
    attribution: '目標の指標と同じ',
    empty: '目標が設定されていない',
  },
  repsAtQuota: {
    formula: 'すべての目標を達成した担当者の人数 ÷ 目標のある担当者の人数',
    attribution: 'それぞれの目標の指標と同じ',
    empty: '目標のある担当者がいない',
  },
  revenuePerRep: {
    formula: `${result} ÷ ${reps}`,
    attribution: ofResult,
    empty: noRep,
  },
  revenueToEarnings: {
    formula: `${result} ÷ OTE(目標達成時報酬)。在籍1日につき年額の365分の1`,
    attribution: ofResult,
    empty: 'OTEが設定されていない',
  },
  repTenure: {
    formula: '入社からの月数の合計 ÷ 入社日のわかる在籍中の担当者の人数',
    attribution: '期間の終わり、または現在',
    empty: '入社日のわかる在籍中の担当者がいない',
  },
} satisfies Declarations
