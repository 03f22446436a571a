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

    void whatIsNotFollowedIsSaidOnce() {
        ImageTask plain{.prompt = "a dog"}, cut{.prompt = "long"}, tagged{.prompt = "a <lora:x:1>"};
        cut.layout = Shared(PromptLayout{.cut_tokens = 3});
        tagged.emphasis = Emphasis::Original;
        ImageTask literal = tagged;
        literal.emphasis = Emphasis::Literal;
        QVERIFY(prompt_notes({item_of(0, plain), item_of(1, literal)}).empty());
        QCOMPARE(prompt_notes({item_of(0, plain), item_of(4, cut)}),
                 std::vector<std::string>{"A prompt is longer than the text encoder reads at a time, in row 5: the end "
                                          "has no effect; without --literal all of a prompt is read"});
        QCOMPARE(prompt_notes({item_of(1, cut), item_of(1, cut), item_of(4, cut), item_of(6, cut)}),
                 std::vector<std::string>{"3 prompts are longer than the text encoder reads at a time, the first in "
                                          "row 2: the end has no effect; without --literal all of a prompt is read"});
        QCOMPARE(prompt_notes({item_of(0, plain), item_of(1, tagged), item_of(2, tagged)}),
                 std::vector<std::string>{"2 prompts name networks, such as \"<lora:x:1>\" in row 2, which has no "
                                          "effect yet; use --lora"});
    }
};

FANLIGHT_TEST(TestPromptTexts)
#include "tst_prompt_texts.moc"
