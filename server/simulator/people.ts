/** Who works in the simulated center: sixty made-up people, always the same. */
import type { TeamKey } from './center.ts'

export type Person = {
  /** The agent's key, as the feed and the directory have it. */
  key: string
  first: string
  last: string
  ja: string
  /** How the name sorts in Japanese. */
  reading: string
  /** Of the telephone. */
  extension: string
  team: TeamKey
}

type Name = readonly [first: string, last: string, ja: string, reading: string]

const tokyoSales: readonly Name[] = [
  ['Hanako', 'Sato', '佐藤 花子', 'さとう はなこ'],
  ['Itsuki', 'Suzuki', '鈴木 樹', 'すずき いつき'],
  ['Misaki', 'Takahashi', '高橋 美咲', 'たかはし みさき'],
  ['Shota', 'Tanaka', '田中 翔太', 'たなか しょうた'],
  ['Yui', 'Ito', '伊藤 結衣', 'いとう ゆい'],
  ['Ken', 'Watanabe', '渡辺 健一', 'わたなべ けんいち'],
  ['Aoi', 'Yamamoto', '山本 葵', 'やまもと あおい'],
  ['Daisuke', 'Nakamura', '中村 大輔', 'なかむら だいすけ'],
  ['Sakura', 'Kobayashi', '小林 さくら', 'こばやし さくら'],
  ['Ren', 'Kato', '加藤 蓮', 'かとう れん'],
  ['Mei', 'Yoshida', '吉田 芽衣', 'よしだ めい'],
]
const tokyoSupport: readonly Name[] = [
  ['Takumi', 'Yamada', '山田 匠', 'やまだ たくみ'],
  ['Rin', 'Sasaki', '佐々木 凛', 'ささき りん'],
  ['Haruto', 'Yamaguchi', '山口 陽翔', 'やまぐち はると'],
  ['Nanami', 'Matsumoto', '松本 七海', 'まつもと ななみ'],
  ['Kaito', 'Inoue', '井上 海斗', 'いのうえ かいと'],
  ['Akari', 'Kimura', '木村 明里', 'きむら あかり'],
  ['Yuto', 'Hayashi', '林 悠斗', 'はやし ゆうと'],
  ['Chihiro', 'Shimizu', '清水 千尋', 'しみず ちひろ'],
  ['Sora', 'Saito', '斎藤 空', 'さいとう そら'],
  ['Ayaka', 'Mori', '森 彩花', 'もり あやか'],
  ['Riku', 'Abe', '阿部 陸', 'あべ りく'],
  ['Kana', 'Ikeda', '池田 佳奈', 'いけだ かな'],
]
const berlinSales: readonly Name[] = [
  ['Anna', 'Berger', 'アンナ・ベルガー', 'あんな べるがー'],
  ['Jonas', 'Keller', 'ヨナス・ケラー', 'よなす けらー'],
  ['Lena', 'Vogt', 'レナ・フォークト', 'れな ふぉーくと'],
  ['Emre', 'Yildiz', 'エムレ・ユルドゥズ', 'えむれ ゆるどぅず'],
  ['Clara', 'Neumann', 'クララ・ノイマン', 'くらら のいまん'],
  ['Paul', 'Richter', 'パウル・リヒター', 'ぱうる りひたー'],
  ['Zofia', 'Nowak', 'ゾフィア・ノヴァク', 'ぞふぃあ のゔぁく'],
  ['Max', 'Lindner', 'マックス・リントナー', 'まっくす りんとなー'],
  ['Marie', 'Dupont', 'マリー・デュポン', 'まりー でゅぽん'],
  ['Tim', 'Hartmann', 'ティム・ハルトマン', 'てぃむ はるとまん'],
  ['Elif', 'Demir', 'エリフ・デミル', 'えりふ でみる'],
]
const berlinSupport: readonly Name[] = [
  ['Greta', 'Lorenz', 'グレタ・ローレンツ', 'ぐれた ろーれんつ'],
  ['Felix', 'Brandt', 'フェリックス・ブラント', 'ふぇりっくす ぶらんと'],
  ['Nina', 'Schulte', 'ニナ・シュルテ', 'にな しゅるて'],
  ['Mateo', 'Garcia', 'マテオ・ガルシア', 'まてお がるしあ'],
  ['Ida', 'Sommer', 'イダ・ゾマー', 'いだ ぞまー'],
  ['Oskar', 'Wendt', 'オスカー・ヴェント', 'おすかー ゔぇんと'],
  ['Leyla', 'Aydin', 'レイラ・アイドゥン', 'れいら あいどぅん'],
  ['Moritz', 'Ebert', 'モーリッツ・エーベルト', 'もーりっつ えーべると'],
  ['Frida', 'Olsen', 'フリーダ・オルセン', 'ふりーだ おるせん'],
  ['Ben', 'Franke', 'ベン・フランケ', 'べん ふらんけ'],
  ['Julia', 'Krause', 'ユリア・クラウゼ', 'ゆりあ くらうぜ'],
  ['Luca', 'Rossi', 'ルカ・ロッシ', 'るか ろっし'],
]
const berlinEvening: readonly Name[] = [
  ['Mila', 'Pohl', 'ミラ・ポール', 'みら ぽーる'],
  ['Anton', 'Busch', 'アントン・ブッシュ', 'あんとん ぶっしゅ'],
  ['Sofie', 'Jansen', 'ゾフィー・ヤンセン', 'ぞふぃー やんせん'],
  ['David', 'Novotny', 'ダヴィド・ノヴォトニー', 'だゔぃど のゔぉとにー'],
  ['Hanna', 'Seidel', 'ハンナ・ザイデル', 'はんな ざいでる'],
  ['Karim', 'Haddad', 'カリム・ハダド', 'かりむ はだど'],
  ['Lotte', 'Winkler', 'ロッテ・ヴィンクラー', 'ろって ゔぃんくらー'],
  ['Nils', 'Petersen', 'ニルス・ペーターゼン', 'にるす ぺーたーぜん'],
  ['Aylin', 'Kaya', 'アイリン・カヤ', 'あいりん かや'],
  ['Simon', 'Graf', 'シモン・グラーフ', 'しもん ぐらーふ'],
  ['Eva', 'Horvath', 'エファ・ホルヴァート', 'えふぁ ほるゔぁーと'],
  ['Tom', 'Ziegler', 'トム・ツィーグラー', 'とむ つぃーぐらー'],
  ['Rosa', 'Conti', 'ローザ・コンティ', 'ろーざ こんてぃ'],
  ['Erik', 'Lund', 'エリク・ルンド', 'えりく るんど'],
]

/** The people of a team, with extensions from a number on. */
function peopleOf(team: TeamKey, names: readonly Name[], firstExtension: number): Person[] {
  return names.map(([first, last, ja, reading], i) => ({
    key: `${first}.${last}`.toLowerCase(),
    ...{ first, last, ja, reading, team },
    extension: String(firstExtension + i),
  }))
}

export const people: readonly Person[] = [
  ...peopleOf('tokyo-sales', tokyoSales, 1101),
  ...peopleOf('tokyo-support', tokyoSupport, 1201),
  ...peopleOf('berlin-sales', berlinSales, 2101),
  ...peopleOf('berlin-support', berlinSupport, 2201),
  ...peopleOf('berlin-evening', berlinEvening, 2301),
]
