#include "core/batch/prompt_syntax.h"

#include <QElapsedTimer>
#include <QTest>

#include "core/batch/prompt_notes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Item item_of(int64_t row, ImageTask image) {
    Item item{.index = row, .row = row};
    item.task = std::move(image);
    return item;
}

std::vector<std::string> texts_of(const std::vector<Item>& items) {
    std::vector<std::string> texts;
    for (const PromptNote& note : prompt_notes(items)) texts.push_back(text_of(note).text());
    return texts;
}

/// Below each marked byte of a prompt the first letter of its mark, in upper case where a mark begins.
std::string shown_marks(const std::string& prompt, Emphasis emphasis) {
    std::string shown(prompt.size(), '.');
    for (const auto& [begin, end, mark] : prompt_marks(prompt, emphasis)) {
        const char letter = "bwkesn"[static_cast<int>(mark)];
        for (size_t at = begin; at < end; ++at) shown[at] = letter;
        shown[begin] = static_cast<char>(letter - 'a' + 'A');
    }
    return shown;
}

}  // namespace

class TestPromptTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tagsOfNetworksAreTakenOut_data() {
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<int>("tags");
        const auto row = [](const char* prompt, const char* rest, int tags) {
            QTest::newRow(prompt) << QByteArray(prompt) << QByteArray(rest) << tags;
        };
        row("a dog", "a dog", 0);
        row("a <lora:x:0.8> dog", "a  dog", 1);
        row("<lora:x:1><hypernet:y>z", "z", 2);
        row("<lora:x:te=0.5:unet=1:dyn=8>", "", 1);
        row("<نمط:x>", "", 1);
        row("a < b", "a < b", 0);
        row("<lora>", "<lora>", 0);
        row("<lora:>", "<lora:>", 0);
        row("<lora:>x>", "<lora:>x>", 0);
        row("<:x>", "<:x>", 0);
        row("<a b:x>", "<a b:x>", 0);
        row("<lora:x", "<lora:x", 0);
        row("<<lora:x:1>>", "<>", 1);
        row("<lora:<lora:x:1>", "", 1);
    }
    void tagsOfNetworksAreTakenOut() {
        QFETCH(QByteArray, prompt);
        QFETCH(QByteArray, rest);
        QFETCH(int, tags);
        QCOMPARE(QByteArray::fromStdString(without_network_tags(prompt.toStdString())), rest);
        QCOMPARE(static_cast<int>(network_tags(prompt.toStdString()).size()), tags);
    }

    void tagsTakeLinearTime() {
        std::string prompt = ">";
        for (int i = 0; i < 200'000; ++i) prompt += "<a:";
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(without_network_tags(prompt), prompt);
        QVERIFY(timer.elapsed() < 5000);
    }

    void anEmphasisSaysWhatIsRead() {
        const auto texts = [](Emphasis emphasis) { return scheduled_texts("[a:b:2] <lora:x:1>", emphasis, 4); };
        QVERIFY(texts(Emphasis::Literal) == (std::vector<ScheduledText>{{4, "[a:b:2] <lora:x:1>"}}));
        for (const Emphasis emphasis : {Emphasis::Original, Emphasis::None, Emphasis::Ignore, Emphasis::NoNorm})
            QVERIFY(texts(emphasis) == (std::vector<ScheduledText>{{2, "a "}, {4, "b "}}));
        using Parts = std::vector<PromptPart>;
        const auto parts = [](Emphasis emphasis) { return weighted_parts("a (b:2)", emphasis); };
        QVERIFY(parts(Emphasis::Original) == (Parts{{"a ", 1}, {"b", 2}}));
        QVERIFY(parts(Emphasis::NoNorm) == parts(Emphasis::Original));
        QVERIFY(parts(Emphasis::Ignore) == (Parts{{"a ", 1}, {"b", 1}}));
        QVERIFY(parts(Emphasis::None) == (Parts{{"a (b:2)", 1}}));
    }

    void whatHasAMeaningIsMarked_data() {
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<QByteArray>("marks");
        const auto row = [](const char* prompt, const char* marks) {
            QTest::newRow(prompt) << QByteArray(prompt) << QByteArray(marks);
        };
        row("a {b|c} __d__ e:1.2", "...................");
        row("((a) [b:1.2", "BB.B.B.....");
        row("(a:1.2) BREAK \\(b", "B.WwwwB.Kkkkk.Ee.");
        row("a [b] [c:d] <e:f>", "..B.B.B...B.Nnnnn");
        row("[a:b:10] [c::.5]", "S.S.SSsS.S.SSSsS");
        row("[(a:1.2)|b|(c)]", "SB.WwwwBS.SB.BS");
        row("[[a|(b)]:(c):3]", "SS.SB.BSSB.BSSS");
        row("(a:[1.2:1.4:10])", "B.WSWwwSWwwSSsSB");
        row("(a<x:1>:1.2)", "B.NnnnnWwwwB");
        row("[a|b", "B...");
        row("", "");
    }
    void whatHasAMeaningIsMarked() {
        QFETCH(QByteArray, prompt);
        const std::string text = prompt.toStdString();
        for (const Emphasis emphasis : {Emphasis::Original, Emphasis::NoNorm, Emphasis::Ignore})
            QTEST(QByteArray::fromStdString(shown_marks(text, emphasis)), "marks");
        QCOMPARE(shown_marks(text, Emphasis::Literal), std::string(text.size(), '.'));
    }

    void withoutEmphasisBracketsAreText() {
        QCOMPARE(shown_marks("(a) [b:c:1] <x:y>", Emphasis::None), std::string("....S.S.SSS.Nnnnn"));
    }

    void marksTakeAFewTextsTime() {
        QElapsedTimer timer;
        timer.start();
        for (const std::string& piece : {"[a|", "[a|b]", "(", "<a:", "[(a:1.1)|b|c|d|e|f|g|h|(i)]"}) {
            std::string prompt;
            while (prompt.size() < 100'000) prompt += piece;
            prompt_marks(prompt, Emphasis::Original);
        }
        prompt_marks("[" + std::string(100'000, '|') + "]", Emphasis::Original);
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }

    void whatIsNotFollowedIsSaidOnce() {
        ImageTask plain{.prompt = "a dog"}, cut{.prompt = "long"}, tagged{.prompt = "a <hypernet:x:1>"};
        cut.layout = Shared(PromptLayout{.cut_tokens = 3});
        tagged.emphasis = Emphasis::Original;
        ImageTask literal = tagged;
        literal.emphasis = Emphasis::Literal;
        QVERIFY(texts_of({item_of(0, plain), item_of(1, literal)}).empty());
        QCOMPARE(
            texts_of({item_of(0, plain), item_of(4, cut)}),
            std::vector<std::string>{"The prompt of row 5 is longer than the text encoder reads at a time: its end "
                                     "has no effect; without --literal all of it is read"});
        QCOMPARE(texts_of({item_of(1, cut), item_of(1, cut), item_of(4, cut), item_of(6, cut)}),
                 std::vector<std::string>{"3 prompts are longer than the text encoder reads at a time, the first in "
                                          "row 2: the end has no effect; without --literal all of a prompt is read"});
        QCOMPARE(texts_of({item_of(0, plain), item_of(1, tagged), item_of(2, tagged)}),
                 std::vector<std::string>{"2 prompts name networks, such as \"<hypernet:x:1>\" in row 2, that are "
                                          "no LoRAs and have no effect"});
    }
};

FANLIGHT_TEST(TestPromptTexts)
#include "tst_prompt_texts.moc"
