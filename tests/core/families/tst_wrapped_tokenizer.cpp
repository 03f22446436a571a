#include "core/families/parts/wrapped_tokenizer.h"

#include <QTest>

#include "tests/core/families/model_copy.h"

using namespace fanlight;

namespace {

constexpr const char* file = "tokenizer_2/tokenizer.json";

/// What a tokenizer puts behind each text: so many of its ends.
Json ends(int count) {
    Json parts = {{{"Sequence", {{"id", "A"}, {"type_id", 0}}}}};
    for (int i = 0; i < count; ++i) parts.push_back({{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}});
    return {{"type", "TemplateProcessing"},
            {"single", parts},
            {"pair", parts},
            {"special_tokens", {{"</s>", {{"id", "</s>"}, {"ids", {1}}, {"tokens", {"</s>"}}}}}}};
}

}  // namespace

/// Tokenizers of language models that read prompts of pictures, as files of unknown origin have them.
class TestWrappedTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theEndIsKeptWhateverItsLength() {
        ModelCopy model("pipelines/flux_1");
        model.change(file, {{"post_processor", ends(400)}});
        const auto tokenizer = open_tokenizer(model.folder());
        QCOMPARE(tokenizer->room(), int64_t{112});
        std::string text;
        for (int i = 0; i < 600; ++i) text += "cat ";
        const Tokenizer::Encoded encoded = tokenizer->encode(text);
        QCOMPARE(encoded.ids.size(), size_t{512});
        QVERIFY(encoded.ids[111] != 1 && encoded.ids[112] == 1 && encoded.ids[511] == 1);
    }

    void anEndWithoutRoomForPromptsIsRefused_data() {
        QTest::addColumn<int>("count");
        for (const int count : {512, 600, 5000}) QTest::addRow("%d", count) << count;
    }
    void anEndWithoutRoomForPromptsIsRefused() {
        QFETCH(int, count);
        ModelCopy model("pipelines/flux_1");
        model.change(file, {{"post_processor", ends(count)}});
        const std::string said = error_of([&] { open_tokenizer(model.folder()); });
        const std::string words = "the tokenizer puts " + std::to_string(count) +
                                  " tokens around each prompt, and the text encoder reads 512";
        QVERIFY2(contains(said, words) && contains(said, "tokenizer_2"), said.c_str());
    }
};

FANLIGHT_TEST(TestWrappedTokenizer)
#include "tst_wrapped_tokenizer.moc"
