#include "core/families/parts/clip_chunks.h"

#include <QTest>

#include "core/base/error.h"
#include "core/batch/prompt_syntax.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const ClipTokenizer& tokenizer(const std::string& name) {
    static std::map<std::string, std::unique_ptr<Tokenizer>> opened;
    auto& entry = opened[name];
    if (!entry) entry = load_clip_tokenizer(source_path("/tests/golden/data/text/" + name));
    return dynamic_cast<const ClipTokenizer&>(*entry);
}

std::string words(size_t count, const std::string& word = "dog") {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += word + " ";
    return text;
}

std::vector<ClipChunk> chunks_of(const std::string& prompt, const std::string& model = "sd1") {
    return clip_chunks(tokenizer(model), weighted_parts(prompt, Emphasis::Original));
}

/// The number of tokens of text in each chunk.
QList<int> lengths(const std::vector<ClipChunk>& chunks) {
    QList<int> lengths;
    for (const ClipChunk& chunk : chunks)
        lengths << static_cast<int>(std::count(chunk.mask.begin(), chunk.mask.end(), 1)) - 2;
    return lengths;
}

ImageTask image_of(const std::string& prompt, const std::string& negative = "") {
    return {.prompt = prompt,
            .negative_prompt = negative,
            .steps = 20,
            .cfg_scale = 7,
            .width = 64,
            .height = 64,
            .sampler = "ddim",
            .schedule = "default",
            .emphasis = Emphasis::Original};
}

ImageTask laid_out(ImageTask image, const std::string& model = "sd1") {
    lay_out(tokenizer(model), image, "Row 1");
    return image;
}

}  // namespace

/// How tokens are laid out in chunks, and what a plan says of it.
class TestClipChunks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(tokenizer("sd1").text_ids("dog").size(), size_t{1}); }

    void aPromptIsAsLongAsItsLongestText_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("length");
        QTest::addColumn<QString>("literal");
        const auto row = [](const char* name, const std::string& prompt, const char* length, const char* literal) {
            QTest::newRow(name) << QString::fromStdString(prompt) << length << literal;
        };
        row("nothing", "", "0/75", "0/75");
        row("weights", "(dog:1.2) <lora:x:1>", "1/75", "16/75");
        row("80", words(80), "80/150", "80/75");
        row("BREAK", "dog BREAK dog", "2/150", "6/75");
        row("a comma", words(70) + "," + words(10), "81/150", "81/75");
        row("a schedule", "[dog:" + words(80) + ":10]", "80/150", "87/75");
        row("turns", "[dog|dog dog]", "2/75", "6/75");
    }
    void aPromptIsAsLongAsItsLongestText() {
        QFETCH(QString, prompt);
        const auto shown = [&](Emphasis emphasis) {
            const PromptLength length = prompt_length(tokenizer("sd1"), prompt.toStdString(), emphasis, 20);
            return QString("%1/%2").arg(length.tokens).arg(length.room);
        };
        QTEST(shown(Emphasis::Original), "length");
        QTEST(shown(Emphasis::Literal), "literal");
    }

    void chunksEndWhereThoseOfA1111Do_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QList<int>>("expected");
        const auto row = [](const char* name, const std::string& prompt, const QList<int>& expected) {
            QTest::newRow(name) << QString::fromStdString(prompt) << expected;
        };
        row("nothing", "", {0});
        row("a word", "dog", {1});
        row("exactly 75", words(75), {75});
        row("76", words(76), {75, 1});
        row("151", words(151), {75, 75, 1});
        row("a comma as the 75th", words(74) + ", " + words(2), {75, 2});
        row("a comma as the 74th", words(73) + ", " + words(2), {74, 2});
        row("nothing after it", words(74) + ", ", {75});
        row("a comma as the 76th", words(75) + ", " + words(2), {75, 3});
        row("a comma 20 before the end", words(55) + ", " + words(20), {56, 20});
        row("a comma 21 before the end", words(54) + ", " + words(21), {75, 1});
        row("the comma counts in its own chunk alone", words(60) + ", " + words(74), {61, 74});
        row("two commas", words(60) + ", " + words(5) + ", " + words(20), {67, 20});
        row("BREAK", "dog BREAK dog", {1, 1});
        row("BREAK at the beginning", "BREAK dog", {0, 1});
        row("BREAK at the end", "dog BREAK", {1});
        row("nothing but BREAK", "BREAK", {0});
        row("BREAK twice", "dog BREAK BREAK dog", {1, 0, 1});
        row("BREAK behind a full chunk", words(75) + "BREAK dog", {75, 1});
        row("a weight across the end", words(70) + "(" + words(10) + ":1.3)", {75, 5});
    }
    void chunksEndWhereThoseOfA1111Do() {
        QFETCH(QString, prompt);
        QFETCH(QList<int>, expected);
        QCOMPARE(lengths(chunks_of(prompt.toStdString())), expected);
    }

    void aChunkIsBegunEndedAndFilled() {
        for (const char* model : {"sd1", "sd2"}) {
            const ClipTokenizer& t = tokenizer(model);
            const auto chunks = chunks_of("a (dog:1.5)", model);
            QCOMPARE(chunks.size(), size_t{1});
            const ClipChunk& chunk = chunks.front();
            QCOMPARE(chunk.ids, t.encode("a dog").ids);  // for plain texts they are the same
            QCOMPARE(chunk.mask, t.encode("a dog").mask);
            QCOMPARE(chunk.ids.back(), std::string(model) == "sd1" ? t.end_id() : t.pad_id());
            for (size_t i = 0; i < chunk.weights.size(); ++i) {
                const bool is_dog = i >= 2 && i < 2 + t.text_ids("dog").size();
                QCOMPARE(chunk.weights[i], is_dog ? 1.5f : 1.0f);
            }
        }
        QVERIFY(tokenizer("sd2").pad_id() != tokenizer("sd2").end_id());
    }

    void aPlainPromptThatFitsIsLiteral_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<bool>("literal");
        const auto row = [](const std::string& prompt, bool literal) {
            QTest::addRow("%.40s", prompt.c_str()) << QString::fromStdString(prompt) << literal;
        };
        row("a dog", true);
        row("", true);
        row("a dog) with an odd bracket", true);
        row("breakfast BREAKFAST", true);
        row("C:dir | a", true);
        row("a < b > c", true);
        row("قطة", true);
        row(words(75), true);
        row(words(76), false);
        row("(dog)", false);
        row("a \\(dog\\)", false);
        row("a BREAK b", false);
        row("[a:b:0.5]", false);
        row("[a|b]", false);
        row("a dog <lora:x:1>", false);
    }
    void aPlainPromptThatFitsIsLiteral() {
        QFETCH(QString, prompt);
        QFETCH(bool, literal);
        const auto expected = literal ? Emphasis::Literal : Emphasis::Original;
        QVERIFY(laid_out(image_of(prompt.toStdString())).emphasis == expected);
        QVERIFY(laid_out(image_of("a dog", prompt.toStdString())).emphasis == expected);
        ImageTask unguided = image_of("a dog", prompt.toStdString());  // its negative prompt has no effect
        unguided.cfg_scale = 1;
        QVERIFY(laid_out(unguided).emphasis == Emphasis::Literal);
    }

    void countsAreThoseOfEachStep() {
        using Counts = std::vector<ChunkCounts>;
        const auto counts = [](const ImageTask& image) { return laid_out(image).prompt_layout().chunks; };
        QVERIFY(counts(image_of("(dog)")) == Counts{});
        QVERIFY(counts(image_of(words(76))) == (Counts{{20, 2, 1}}));
        QVERIFY(counts(image_of("dog", words(76))) == (Counts{{20, 1, 2}}));
        QVERIFY(counts(image_of("[dog:dog BREAK dog:5]", "[:BREAK dog BREAK dog:0.5]")) ==
                (Counts{{5, 1, 1}, {10, 2, 1}, {20, 2, 3}}));
        QVERIFY(counts(image_of("[dog:cat:5]")) == Counts{});
        ImageTask none = image_of("dog BREAK dog");
        none.emphasis = Emphasis::None;
        QVERIFY(counts(none) == Counts{} && laid_out(none).emphasis == Emphasis::Literal);
        ImageTask unguided = image_of("(dog)", words(76));
        unguided.cfg_scale = 1;
        QVERIFY(counts(unguided) == Counts{});
    }

    /// Both encoders' chunks are filled up to the longer text's.
    void theLongerOfTwoTextsCounts() {
        using Counts = std::vector<ChunkCounts>;
        const auto counts = [](ImageTask image, const std::string& second, const std::string& negative = "") {
            image.prompt_2 = second;
            image.negative_prompt_2 = negative;
            return laid_out(image).prompt_layout().chunks;
        };
        QVERIFY(counts(image_of("a dog"), words(76)) == (Counts{{20, 2, 1}}));
        QVERIFY(counts(image_of(words(76)), "a dog") == (Counts{{20, 2, 1}}));
        QVERIFY(counts(image_of("a dog", words(76)), "", words(151)) == (Counts{{20, 1, 3}}));
        QVERIFY(counts(image_of("[dog:dog BREAK dog:5]"), "[dog BREAK dog BREAK dog:dog:10]") ==
                (Counts{{10, 3, 1}, {20, 2, 1}}));
        QVERIFY(counts(image_of("a dog"), "a cat") == Counts{});
        ImageTask second = image_of("a dog");
        second.prompt_2 = "a cat";
        QVERIFY(laid_out(second).emphasis == Emphasis::Literal);
        second.prompt_2 = "a (cat)";
        QVERIFY(laid_out(second).emphasis == Emphasis::Original);
        second.prompt_2 = "";
        second.negative_prompt_2 = "(cat)";
        QVERIFY(laid_out(second).emphasis == Emphasis::Original);
        second.cfg_scale = 1;
        QVERIFY(laid_out(second).emphasis == Emphasis::Literal);
    }

    void aLiteralPromptIsCutAndSaysSo() {
        ImageTask image = image_of(words(80), words(76));
        image.emphasis = Emphasis::Literal;
        QCOMPARE(laid_out(image).prompt_layout().cut_tokens, 6);
        image.prompt_2 = words(77);
        QCOMPARE(laid_out(image).prompt_layout().cut_tokens, 8);
        image.prompt_2 = "";
        image.prompt = words(75);
        image.cfg_scale = 1;
        QVERIFY(!laid_out(image).layout);
    }

    void tooManyChunksAreRefused() {
        std::string prompt;
        for (int i = 0; i <= max_chunks; ++i) prompt += "a BREAK ";
        try {
            laid_out(image_of(prompt));
            QFAIL("not refused");
        } catch (const UsageError& error) {
            QCOMPARE(error.what(), "Row 1: the prompt makes more than 10000 chunks of tokens; shorten it.");
        }
    }
};

FANLIGHT_TEST(TestClipChunks)
#include "tst_clip_chunks.moc"
