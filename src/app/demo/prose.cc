#include "app/demo/prose.h"

#include <array>
#include <span>

namespace sightglass::demo {

namespace {

using Lines = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> kCareQuestions = {
    "My parcel was due on Tuesday and the tracking page has not moved since. Where is it?",
    "I was charged twice for the same order. Can you check and refund one of them?",
    "How do I change the delivery address after I have paid?",
    "The blender stopped after a week. Is that under warranty?",
    "Please cancel my subscription at the end of this month and confirm the date.",
    "The discount code from your newsletter is refused at checkout. What am I doing wrong?",
    "Can I return shoes that I tried on outside once?",
    "Which documents do you need for a VAT invoice?",
};
constexpr std::array<std::string_view, 6> kShopQuestions = {
    "Rewrite this search as three queries for the catalogue: warm waterproof jacket for a tall "
    "cyclist",
    "quiet dishwasher 45 cm, integrated, energy class A",
    "Which of these two laptops is better for video editing, and why?",
    "gift for a father who likes gardening, under 50 euros",
    "Suggest five accessories for a mirrorless camera used on hikes.",
    "trail running shoes wide fit size 44 for muddy ground",
};
constexpr std::array<std::string_view, 8> kCodeQuestions = {
    "Review this change: the retry loop now doubles its delay, but nothing bounds it. What would "
    "you ask for?",
    "Why does this query scan the whole table although there is an index on created_at?",
    "Write a unit test for a function that parses RFC 3339 times with any offset.",
    "Explain the data race between the flush thread and the destructor, and the smallest fix.",
    "Turn this callback code into coroutines without changing what it does on cancellation.",
    "The build is three minutes slower since Monday. Which headers should I look at first?",
    "Name this function: it merges two sorted lists of intervals and drops the empty ones.",
    "Summarise what changed between these two releases for someone who runs the service.",
};
constexpr std::array<std::string_view, 6> kDataQuestions = {
    "Extract supplier, invoice number, total, currency and due date from the document below.",
    "Label the ticket with one of: delivery, payment, product, account, other. Ticket follows.",
    "Compare revenue by region with the quarter before and explain the three largest changes.",
    "Summarise this call between a customer and an agent in four sentences, and name the next "
    "step.",
    "Which of these addresses are the same place, written differently?",
    "Draft the executive summary of the monthly operations report from the tables below.",
};
constexpr std::array<std::string_view, 6> kWritingQuestions = {
    "Write a product page for a folding bicycle, 120 words, friendly, without superlatives.",
    "Give me ten subject lines for the spring newsletter, none longer than 45 characters.",
    "Shorten this paragraph by half and keep every number in it.",
    "Write a reply to a review that praises the service and complains about the packaging.",
    "Translate the text below, keep names and units as they are.",
    "Turn these bullet points into an announcement for the staff intranet.",
};
constexpr std::array<std::string_view, 5> kDutchQuestions = {
    "Mijn pakket zou dinsdag komen, maar de volgpagina staat stil. Waar is het?",
    "Kunt u de factuur op naam van ons bedrijf zetten en opnieuw sturen?",
    "Schrijf een korte productbeschrijving voor een regenjas voor fietsers.",
    "Welke van deze twee wasmachines is zuiniger, en hoeveel scheelt dat per jaar?",
    "Vat dit gesprek samen in vier zinnen en noem de volgende stap.",
};
constexpr std::array<std::string_view, 5> kGermanQuestions = {
    "Mein Paket sollte am Dienstag kommen, die Sendungsverfolgung steht still. Wo ist es?",
    "Bitte stornieren Sie die zweite Bestellung, sie war ein Versehen.",
    "Schreibe eine kurze Produktbeschreibung für eine leise Spülmaschine.",
    "Welche Unterlagen brauche ich für die Gewährleistung?",
    "Fasse das Gespräch in vier Sätzen zusammen und nenne den nächsten Schritt.",
};
constexpr std::array<std::string_view, 4> kFrenchQuestions = {
    "Mon colis devait arriver mardi et le suivi ne bouge plus. Où est-il ?",
    "Pouvez-vous m'envoyer une facture avec le numéro de TVA ?",
    "Rédige une fiche produit pour un vélo pliant, en 120 mots.",
    "Résume cet appel en quatre phrases et indique la prochaine étape.",
};
constexpr std::array<std::string_view, 4> kSpanishQuestions = {
    "Mi pedido debía llegar el martes y el seguimiento no avanza. ¿Dónde está?",
    "¿Puedo devolver unos zapatos que usé una vez en la calle?",
    "Escribe una descripción breve de una chaqueta impermeable para ciclistas.",
    "Resume esta llamada en cuatro frases y di cuál es el siguiente paso.",
};
constexpr std::array<std::string_view, 4> kChineseQuestions = {
    "我的包裹本来应该星期二到，物流信息一直没有更新，请帮我查一下。",
    "这两款笔记本电脑哪一款更适合剪辑视频？请说明理由。",
    "请用一百字写一段折叠自行车的商品介绍，语气亲切，不要夸张。",
    "请用四句话总结这次通话，并指出下一步该做什么。",
};
constexpr std::array<std::string_view, 3> kJapaneseQuestions = {
    "火曜日に届く予定の荷物がまだ届きません。今どこにありますか。",
    "この二つの洗濯機のうち、電気代が安いのはどちらですか。",
    "折りたたみ自転車の商品説明を百字程度で書いてください。",
};

constexpr std::array<std::string_view, 12> kEnglishAnswers = {
    "Thank you for the details; I have looked at the order and can see what happened. ",
    "The carrier scanned it on Monday evening and it has been waiting at the regional depot "
    "since. ",
    "You do not need to do anything: the refund goes back to the card within three working days. ",
    "There are two ways to go about this, and the first is enough in most cases. ",
    "The short answer is yes, with one condition that is easy to meet. ",
    "The largest change comes from returns, which fell by a third after the new size guide. ",
    "Start with the smallest input that shows the problem, then add one element at a time. ",
    "The index is not used because the column is wrapped in a function; compare with a range "
    "instead. ",
    "If you would like, I can prepare the message and you only have to confirm it. ",
    "Note that the figures for the last day are not complete and may still move by a few percent. ",
    "It is light, folds in ten seconds and fits under a desk, which is what most buyers ask "
    "about. ",
    "Let me know if anything here does not match what you see on your side. ",
};
constexpr std::array<std::string_view, 6> kCodeAnswers = {
    "The loop retries without a bound, so a provider that is down keeps every caller busy; cap the "
    "attempts at three. ",
    "Both threads touch `pending_` after `Stop()` returned; join the worker before the members are "
    "destroyed. ",
    "```cpp\nfor (const Interval& item : items) {\n    if (!item.Empty()) {\n        "
    "merged.push_back(item);\n    }\n}\n```\n",
    "I would ask for a test in which the second read is one byte short, because that is where the "
    "old code failed. ",
    "Prefer a half-open range here: it composes, and the empty case needs no branch. ",
    "The header pulls in the whole network layer for one enumeration; a forward declaration is "
    "enough. ",
};
constexpr std::array<std::string_view, 5> kDutchAnswers = {
    "Dank u wel, ik heb de bestelling erbij gepakt en zie wat er is gebeurd. ",
    "Het pakket ligt sinds maandagavond in het sorteercentrum en wordt morgen bezorgd. ",
    "U hoeft niets te doen: het bedrag staat binnen drie werkdagen weer op uw rekening. ",
    "Deze jas is licht, houdt een stevige bui tegen en is opgevouwen kleiner dan een "
    "broodtrommel. ",
    "Laat het gerust weten als er iets niet klopt. ",
};
constexpr std::array<std::string_view, 5> kGermanAnswers = {
    "Vielen Dank, ich habe die Bestellung gefunden und sehe, was passiert ist. ",
    "Das Paket liegt seit Montagabend im Verteilzentrum und wird morgen zugestellt. ",
    "Sie müssen nichts weiter tun, der Betrag wird in drei Werktagen erstattet. ",
    "Die Maschine ist sehr leise und kommt mit wenig Wasser aus. ",
    "Melden Sie sich gern, falls etwas nicht stimmt. ",
};
constexpr std::array<std::string_view, 4> kFrenchAnswers = {
    "Merci, j'ai retrouvé la commande et je vois ce qui s'est passé. ",
    "Le colis est au centre de tri depuis lundi soir et sera livré demain. ",
    "Vous n'avez rien à faire : le montant sera remboursé sous trois jours ouvrés. ",
    "Dites-moi si quelque chose ne correspond pas. ",
};
constexpr std::array<std::string_view, 4> kSpanishAnswers = {
    "Gracias, he encontrado el pedido y veo lo que ha ocurrido. ",
    "El paquete está en el centro de reparto desde el lunes y se entrega mañana. ",
    "No tiene que hacer nada: el importe se devuelve en tres días laborables. ",
    "Avíseme si algo no coincide con lo que ve. ",
};
constexpr std::array<std::string_view, 5> kChineseAnswers = {
    "您好，我已经查到您的订单，情况是这样的。",
    "包裹从星期一晚上起一直在分拨中心，预计明天送达。",
    "您不需要做任何操作，退款会在三个工作日内原路退回。",
    "第一款的处理器更快，屏幕色彩也更准确，更适合剪辑视频。",
    "如果还有哪里不清楚，请随时告诉我。",
};
constexpr std::array<std::string_view, 4> kJapaneseAnswers = {
    "お問い合わせありがとうございます。ご注文の状況を確認いたしました。",
    "荷物は月曜日の夜から配送センターにあり、明日お届けする予定です。",
    "お客様のお手続きは不要で、三営業日以内に返金いたします。",
    "ご不明な点がございましたら、いつでもお知らせください。",
};

constexpr std::array<std::string_view, 10> kRules = {
    "Answer in the language of the question and keep names, numbers and units as they were "
    "written.",
    "Never promise a date that is not in the order record; say what is known and when more will be "
    "known.",
    "When two rules disagree, follow the one with the lower number and say so in one sentence.",
    "Quote prices with their currency and say whether tax is included.",
    "If the question concerns health, law or personal safety, give general information and name "
    "who can help.",
    "Use short paragraphs; use a list only where there are three or more items of the same kind.",
    "Ask one question back when the request can be read in two ways, and offer both readings.",
    "Do not repeat personal data that the person did not mention in this conversation.",
    "Where a tool can look something up, use it before saying that it is unknown.",
    "Close with the next step, who takes it, and by when.",
};

Lines QuestionsOf(Language language, Topic topic) noexcept {
    switch (language) {
        case Language::kDutch:
            return kDutchQuestions;
        case Language::kGerman:
            return kGermanQuestions;
        case Language::kFrench:
            return kFrenchQuestions;
        case Language::kSpanish:
            return kSpanishQuestions;
        case Language::kChinese:
            return kChineseQuestions;
        case Language::kJapanese:
            return kJapaneseQuestions;
        case Language::kEnglish:
        case Language::kCount:
            break;
    }
    switch (topic) {
        case Topic::kShop:
            return kShopQuestions;
        case Topic::kCode:
            return kCodeQuestions;
        case Topic::kData:
            return kDataQuestions;
        case Topic::kWriting:
            return kWritingQuestions;
        case Topic::kCare:
        case Topic::kCount:
            break;
    }
    return kCareQuestions;
}

Lines AnswersOf(Language language, Topic topic) noexcept {
    switch (language) {
        case Language::kDutch:
            return kDutchAnswers;
        case Language::kGerman:
            return kGermanAnswers;
        case Language::kFrench:
            return kFrenchAnswers;
        case Language::kSpanish:
            return kSpanishAnswers;
        case Language::kChinese:
            return kChineseAnswers;
        case Language::kJapanese:
            return kJapaneseAnswers;
        case Language::kEnglish:
        case Language::kCount:
            break;
    }
    return topic == Topic::kCode ? Lines(kCodeAnswers) : Lines(kEnglishAnswers);
}

std::size_t SequenceLength(unsigned char lead) noexcept {
    if (lead < 0x80) {
        return 1;
    }
    return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

// Bytes of the token at the start of `text`, which is not empty.
std::size_t TokenBytes(std::string_view text) noexcept {
    constexpr std::size_t kLettersMax = 7;  // Longer words are several tokens.
    std::size_t i = text[0] == ' ' || text[0] == '\n' ? 1 : 0;
    for (std::size_t letters = 0; i < text.size() && letters < kLettersMax; ++letters) {
        const std::size_t length = SequenceLength(static_cast<unsigned char>(text[i]));
        if (length >= 3) {  // An ideograph, kana or their punctuation stands alone.
            return letters == 0 ? std::min(i + length, text.size()) : i;
        }
        if (text[i] == ' ' || text[i] == '\n') {
            return letters == 0 ? i + 1 : i;
        }
        i = std::min(i + length, text.size());
    }
    return i;
}

}  // namespace

std::string Question(Language language, Topic topic, Random& random) {
    return std::string(random.Pick(QuestionsOf(language, topic)));
}

std::string Answer(Language language, Topic topic, std::size_t tokens, Random& random) {
    const Lines lines = AnswersOf(language, topic);
    std::string text;
    std::size_t count = 0;
    for (auto next = static_cast<std::size_t>(random.Next() % lines.size()); count < tokens;
         ++next) {
        const std::string_view line = lines[next % lines.size()];
        text += line;
        count += CountTokens(line);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) {
        text.pop_back();
    }
    return text;
}

std::string Instructions(std::string_view service, std::size_t tokens) {
    Random random(HashText(service));
    std::string text = "You work for Northwind as its assistant in ";
    text += service;
    text += ".";
    std::size_t count = CountTokens(text);
    for (int number = 1; count < tokens; ++number) {
        std::string rule = "\n" + std::to_string(number) + ". ";
        rule += random.Pick(Lines(kRules));
        count += CountTokens(rule);
        text += rule;
    }
    return text;
}

std::vector<std::string_view> SplitIntoTokens(std::string_view text) {
    std::vector<std::string_view> tokens;
    while (!text.empty()) {
        const std::size_t bytes = TokenBytes(text);
        tokens.push_back(text.substr(0, bytes));
        text.remove_prefix(bytes);
    }
    return tokens;
}

std::size_t CountTokens(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        text.remove_prefix(TokenBytes(text));
    }
    return count;
}

}  // namespace sightglass::demo
