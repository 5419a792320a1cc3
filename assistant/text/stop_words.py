"""Words that say nothing about a subject: articles, pronouns, prepositions, auxiliaries, question words."""

from __future__ import annotations

STOP_WORDS = {
    "en": """a about after all also am an and any are as at be been being but by can could did do does for from had has
        have he her hers him his how i if in into is it its itself me may might more most much must my no nor not of on
        or our ours she should so some such than that the their theirs them then there these they this those through to
        too under until up upon us was we were what when where which while who whom whose why will with would you your
        yours s t re ve ll d m tell please say says said give know""",
    "de": """aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bist da dann das dass dein
        deine dem den denen der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch du durch ein
        eine einem einen einer eines er es etwas euch euer eure für gab gegen gibt hat hatte hatten habe haben ich ihm
        ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinem
        keinen keiner können man mein meine mich mir mit nach nicht noch nur ob oder ohne sehr sein seine seinem seinen
        seiner seit sich sie sind so soll über um und uns unser unsere unter vom von vor wann war waren warum was
        welche welchem welchen welcher welches wem wen wenn wer werden wessen weshalb wie wieso wir wird wo wodurch
        woher wohin womit wozu wurde wurden zu zum zur zwischen bitte sag sage""",
    "fr": """a ai ainsi alors après as au aucun aucune aussi autre aux avaient avait avant avec avez avons c ce ceci
        cela celle celles celui ces cet cette ceux chez combien comme comment d dans de depuis des dont du elle elles
        en entre es est et étaient était été être eu eux il ils j je l la laquelle le lequel les lesquels leur leurs lui
        m ma mais me mes moi mon n ne ni nos notre nous on ont ou où par pas plus pour pourquoi qu quand que quel quelle
        quelles quels qui quoi s sa sans se sera ses si son sont sous sur t ta te tes toi ton tu un une va vers vos
        votre vous y""",
    "es": """a al algo alguna algunas alguno algunos ante antes aquel aquella aquello así aún aunque cada como cómo con
        contra cuál cuáles cual cuales cuándo cuando cuánta cuántas cuánto cuántos de del desde donde dónde durante e el
        él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está están estaba estas este esto estos
        fue fueron ha había han hasta hay la las le les lo los más me mi mis muy ni no nos nosotros o os otra otro para
        pero por porque qué que quién quién quiénes quien quienes se sea ser si sí sin sobre son su sus también te
        tiene tienen tu tus u un una unas uno unos usted ustedes y ya yo""",
    "it": """a ad agli ai al alla alle allo anche avere aveva c che chi ci come con cosa cui d da dagli dai dal dalla
        dalle dallo degli dei del della delle dello di dove e è ed era erano essere fu furono gli ha hanno i il in io l
        la le lei li lo loro lui ma mi mia mio ne negli nei nel nella nelle nello no noi non nostra nostro o per perché
        più quale quali quando quanta quante quanti quanto quella quelle quelli quello questa queste questi questo qui
        s se sei si sia siamo sono sta stata stato su sua sue sugli sui sul sulla sulle sullo suo suoi ti tra fra tu tua
        tuo un una uno vi voi""",
    "pt": """a à ao aos aquela aquele aquilo as às até com como da das de dela dele deles depois do dos e é ela elas ele
        eles em entre era eram essa essas esse esses esta está estão estas este estes eu foi foram há isso isto já lhe
        lhes mais mas me mesmo meu meus minha muito na nas não nem no nos nós nossa nosso num numa o onde os ou para
        pela pelas pelo pelos por porque qual quais quando quanta quantas quanto quantos que quê quem se sem ser seu
        seus só sobre sua suas também te tem têm teve tu um uma você vocês""",
    "nl": """aan al alle als bij dan dat de deze die dit dus door een en er had hadden heb hebben heeft het hem hen hij
        hoe hoeveel hun ik in is ja je jij jou jullie kan kon maar me met mij mijn naar niet nog of om omdat onder ons
        onze ook op over te tot u uit uw van veel voor waar waarom wanneer was wat welk welke werd werden wie wij wil
        worden wordt ze zei zich zij zijn zo zou""",
    "ru": """и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от
        меня о из ему когда даже ну ли если или ни быть был него до вас нибудь вам ведь там потом себя ей может они тут
        где есть для мы их чем была без какой какие каков какова каково каковы какая какое какого какому каким каких
        какую кто кого кому кем чей чья чьё сколько куда откуда почему зачем который которая которое которые которых
        которого которой этот эта это эти этого этой этом этих об обо при над под про им ими ней неё также тоже""",
    "uk": """а або але б без би був була були було в вам вас ви від він вона воно вони все всі де для до є ж за з зі із
        і й його її їх їм коли кого кому куди ли ми мені на нам нас не ні ну о об по при про та так такий те ти то тому
        ту у хто це цей ця ці чи чого чому що щоб як яка яке який які скільки навіщо""",
    "ar": """في من على إلى الى عن مع هو هي هم هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين اين كيف لماذا كم هل أي من
        أن ان إن كان كانت لا لم لن قد ثم أو او و ف ب ل بعد قبل بين عند كل""",
    "zh": """什么 什麼 哪里 哪裡 哪个 哪些 多少 怎么 怎麼 为什 為什 如何 是谁 谁是 何时 在哪 是什 的是
        这个 那个 我们 他们 有多""",
    "ja": """です ます した から まで には では どこ どの だれ 誰が いつ なに なぜ どう いく くつ くら どれ すか これ
        それ この その ある いる する""",
}  # fmt: skip
"""By language; where words are not set apart by spaces, pairs of characters.

A language that is not here has none; its commonest words weigh little all the same, because they are common.
"""
