/** リードと商談(第5群)の計算方法。What the metrics of leads and opportunities say of themselves. */
import type { Declarations } from './declaration.ts'

const atCreation = '商談化した時点'
const atDecision = '受注・失注が決まった時点'
const atLead = 'リードを獲得した時点'
const leadCohort = 'リードを獲得した時点(コホート)'
const firstReached = '初めて到達した時点'
const noneDecided = '受注・失注が決まった商談がない'
const noLead = '獲得したリードがない'

export const leads = {
  crossSellOpportunities: {
    formula: 'アップセル・クロスセルの商談化の件数',
    attribution: atCreation,
    empty: null,
  },
  crossSellSuccesses: {
    formula: '受注したアップセル・クロスセルの商談の件数',
    attribution: atDecision,
    empty: null,
  },
  crossSellRate: {
    formula: 'アップセル・クロスセルの商談の受注の件数 ÷ (受注 + 失注)の件数',
    attribution: atDecision,
    empty: '受注・失注が決まったアップセル・クロスセルの商談がない',
  },
  leadsIdentified: {
    formula: '獲得したリードの件数',
    attribution: atLead,
    empty: null,
  },
  companiesIdentified: {
    formula: '初めてリードを獲得した企業の数',
    attribution: '企業の最初のリードを獲得した時点',
    empty: null,
  },
  referrals: {
    formula: '紹介によるリードの件数 + リードの指定がない紹介の活動の件数',
    attribution: 'リードは獲得した時点、活動は活動した時点',
    empty: null,
  },
  leadAcquisitionRate: {
    formula:
      'リード獲得数 ÷ アプローチ数(架電数 + アウトリーチメールの送信数 + ダイレクトメール・SNSメッセージ・広告出稿の活動数)',
    attribution: 'リードは獲得した時点。架電、送信、活動はそれぞれの時点',
    empty: 'アプローチがない',
  },
  leadResponseTime: {
    formula:
      'インバウンドのリード: (初回対応 − 獲得)の時間の合計 ÷ 対応したリードの件数。初回対応は、獲得以降の接触の記録、架電、担当者のメール、活動のうち最も早いもの(そのリード、またはリードの指定がない同じ企業へのもの)。サイト訪問など顧客の行動は除く',
    attribution: '初回対応の時点',
    empty: '対応したインバウンドのリードがない',
  },
  marketingQualifiedLeads: {
    formula: 'MQL、またはMQLと定められたステージに初めて到達したリードの件数',
    attribution: firstReached,
    empty: null,
  },
  salesQualifiedLeads: {
    formula: 'SQL、またはSQLと定められたステージに初めて到達したリードの件数',
    attribution: firstReached,
    empty: null,
  },
  leadConversionRate: {
    formula:
      '商談を受注した、またはその後に企業が初めて受注に至ったリードの件数 ÷ (その件数 + 不適格、または商談がすべて失注したリードの件数)',
    attribution: atLead,
    empty: '成約または失注したリードがない',
  },
  leadToStageOneRate: {
    formula: '商談がステージ1に到達したリードの件数 ÷ リード獲得数',
    attribution: leadCohort,
    empty: noLead,
  },
  leadToStageTwoRate: {
    formula: '商談がステージ2に到達したリードの件数 ÷ リード獲得数',
    attribution: leadCohort,
    empty: noLead,
  },
  opportunitiesCreated: {
    formula: '商談化した件数',
    attribution: atCreation,
    empty: null,
  },
  stageOneOpportunities: {
    formula: 'ステージ1以降に到達した商談の件数。ステージ2に到達すればステージ1にも到達とみなす',
    attribution: firstReached,
    empty: null,
  },
  stageTwoOpportunities: {
    formula: 'ステージ2以降に到達した商談の件数',
    attribution: firstReached,
    empty: null,
  },
  stageTwoValue: {
    formula: 'ステージ2に初めて到達したときの商談金額の合計',
    attribution: firstReached,
    empty: null,
  },
  opportunityRate: {
    formula: '商談化数 ÷ 通話数(センターの設定により、リード獲得数または架電数)',
    attribution: '商談は商談化、リードは獲得、通話と架電は架電の時点',
    empty: '分母となる通話・リード・架電がない',
  },
  stageOneToTwoRate: {
    formula: 'ステージ2に到達した商談の件数 ÷ ステージ1に到達した商談の件数',
    attribution: 'ステージ1に到達した時点(コホート)',
    empty: 'ステージ1に到達した商談がない',
  },
  stageTransitions: {
    formula: '移行前→移行後のステージ別の移行の件数。移行前は、その商談の記録で直前のステージ',
    attribution: '移行した時点',
    empty: 'ステージの移行がない',
  },
  dealsWon: {
    formula: '受注した商談の件数',
    attribution: atDecision,
    empty: null,
  },
  newContracts: {
    formula: '受注した新規の商談の件数',
    attribution: atDecision,
    empty: null,
  },
  winRate: {
    formula: '受注の件数 ÷ (受注 + 失注)の件数',
    attribution: atDecision,
    empty: noneDecided,
  },
  winRateCohort: {
    formula: 'ステージ2に到達した商談のうち受注した件数 ÷ ステージ2に到達した商談の件数',
    attribution: 'ステージ2に到達した時点(コホート)。直近60日で見るのが適切',
    empty: 'ステージ2に到達した商談がない',
  },
  salesClosingRatio: {
    formula: '(受注 + 失注)の件数 ÷ 受注の件数',
    attribution: atDecision,
    empty: '受注した商談がない',
  },
  salesCycleLength: {
    formula:
      '(受注 − 初回接触)の時間の合計 ÷ 受注の件数。初回接触は商談の記録による。なければリードへの初回対応、それもなければ商談化の時点',
    attribution: atDecision,
    empty: '初回接触がわかる受注がない',
  },
  averageDealSize: {
    formula: '受注した商談の金額の合計 ÷ 金額のある受注の件数',
    attribution: atDecision,
    empty: '金額のある受注がない',
  },
  averageContractTerm: {
    formula: '契約期間(月数)の合計 ÷ 契約期間のある受注の件数',
    attribution: atDecision,
    empty: '契約期間のある受注がない',
  },
  pipelineValue: {
    formula:
      '期間の終わりに進行中の商談の金額の合計。併せて確度加重: (金額 × ステージの確度)の合計',
    attribution: '期間の終わりの時点',
    empty: null,
  },
  opportunitiesPerRep: {
    formula: '商談化数 ÷ 営業担当者数(在籍日数の合計 ÷ 期間の日数)',
    attribution: atCreation,
    empty: '営業担当者がいない',
  },
} satisfies Declarations
