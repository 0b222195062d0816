/** 品質と満足度(第7・8群)の計算方法。What the metrics of quality and satisfaction say. */
import type { Declaration, Declarations } from './declaration.ts'

const whenHandled = '応対した時点。改訂後の得点も同じ'
const atAnswer = '回答の時点'
const noAnswer = '回答がない'

const scoreOf = (what: string): Declaration => ({
  formula: `${what}の評価の得点の合計 ÷ 満点の合計。重大ミスがあれば0点(設定による。元の得点は残る)。異議申し立て中は含み、取り下げとキャリブレーションは除く`,
  attribution: whenHandled,
  empty: `この期間に評価された${what}がない`,
})
const sectionOf = (section: string): Declaration => ({
  formula: `項目「${section}」の得点の合計 ÷ 満点の合計。重大ミスがあっても付けられた得点のまま`,
  attribution: whenHandled,
  empty: 'この期間にこの項目の評価がない',
})
const productKnowledge = sectionOf('商品知識')
const technicalKnowledge = sectionOf('技術知識')
const communication = sectionOf('コミュニケーション')
const problemSolving = sectionOf('問題解決')

const satisfaction: Declaration = {
  formula:
    '上位2段階(4段階未満の尺度では最上位)の回答数 ÷ 回答数。「尺度上の位置」÷ 回答数が平均(最低0〜最高10000)',
  attribution: atAnswer,
  empty: noAnswer,
}
const promoters: Declaration = {
  formula: '(推奨者(9・10)の数 − 批判者(0〜6)の数) ÷ 回答数 × 100',
  attribution: atAnswer,
  empty: noAnswer,
}
const effort: Declaration = {
  formula: '(点数 − 最低点) ÷ (最高点 − 最低点) の平均。1はまったく手間がかからない',
  attribution: atAnswer,
  empty: noAnswer,
}

export const quality = {
  callQualityScore: scoreOf('通話'),
  callQualityProductKnowledge: productKnowledge,
  callQualityTechnicalKnowledge: technicalKnowledge,
  callQualityCommunication: communication,
  callQualityProblemSolving: problemSolving,
  emailQualityScore: scoreOf('メール'),
  emailQualityProductKnowledge: productKnowledge,
  emailQualityTechnicalKnowledge: technicalKnowledge,
  emailQualityCommunication: communication,
  emailQualityProblemSolving: problemSolving,
  evaluationsCompleted: {
    formula: '公開され、取り下げられていない評価の件数。キャリブレーションは数えない',
    attribution: '評価を最初に公開した時点',
    empty: null,
  },
  criticalFailures: {
    formula: '重大ミスがあり、公開され、取り下げられていない評価の件数',
    attribution: '応対した時点',
    empty: null,
  },
  evaluatorAgreement: {
    formula:
      '2件以上のキャリブレーション評価がある応対についての、得点 ÷ 満点のクリッペンドルフのアルファ係数(間隔尺度)',
    attribution: '応対した時点',
    empty: 'キャリブレーションで2人が評価した応対がない、または得点がすべて同じ',
  },
  customerSatisfaction: satisfaction,
  fieldSalesSatisfaction: satisfaction,
  partnerSatisfaction: satisfaction,
  netPromoterScore: promoters,
  fieldSalesNetPromoterScore: promoters,
  partnerNetPromoterScore: promoters,
  customerEffortScore: effort,
  fieldSalesEffortScore: effort,
  partnerEffortScore: effort,
  surveyResponseRate: {
    formula:
      '送信したアンケートのうち回答があった数 ÷ 送信した数。送信の記録がない回答はどちらにも含まない',
    attribution: 'いずれも送信の時点',
    empty: '送信したアンケートがない',
  },
  orderAccuracy: {
    formula: '1 − 誤りにより訂正された受注の件数(重複なし) ÷ 受注の件数',
    attribution: '受注した時点。誤りはその受注の担当者に計上',
    empty: '受注がない',
  },
  quoteAccuracy: {
    formula: '1 − 誤りにより訂正された見積の件数(重複なし) ÷ 発行した見積の件数',
    attribution: '最初に発行した時点。誤りはその見積を発行した担当者に計上',
    empty: '発行した見積がない',
  },
} satisfies Declarations
