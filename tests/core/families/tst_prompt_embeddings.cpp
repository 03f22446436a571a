// How the names of embeddings are found in prompts, and how their vectors fill chunks.

#include "core/families/parts/prompt_embeddings.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/batch/prompt_syntax.h"
#include "core/families/embedding_check.h"
#include "core/families/parts/clip_chunks.h"
#include "core/families/prompt_layouts.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

const std::map<std::string, int64_t> vectors = {{"cat-hat", 3}, {"cat", 2}, {"Moss", 4}, {"wide", 75}};

std::shared_ptr<PromptEmbeddings> embeddings() {
    std::vector<std::string> names;
    for (const auto& [name, count] : vectors) names.push_back(name);
    return std::make_shared<PromptEmbeddings>(names, [](const std::string& name) { return vectors.at(name); });
}

/// Which vectors a tokenizer has found: "moss" with "vectors [0, 4)" becomes "0-3".
QString shown(const std::vector<int64_t>& ids) {
    QStringList shown;
    for (const int64_t id : ids)
        shown << (id >= PromptEmbeddings::first_id ? QString::number(id - PromptEmbeddings::first_id) : QString("x"));
    return shown.join(' ');
}

std::unique_ptr<Tokenizer> taught(const std::shared_ptr<PromptEmbeddings>& embeddings) {
    auto tokenizer = load_clip_tokenizer(data / "text/sd1");
    dynamic_cast<ClipTokenizer&>(*tokenizer).learn(embeddings);
    return tokenizer;
}

const ClipTokenizer& clip(const std::unique_ptr<Tokenizer>& tokenizer) {
    return dynamic_cast<const ClipTokenizer&>(*tokenizer);
}

std::string dogs(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "dog ";
    return text;
}

ImageTask image_of(const std::string& prompt, Emphasis emphasis = Emphasis::Original) {
    return {.prompt = prompt,
            .negative_prompt = "",
            .steps = 20,
            .cfg_scale = 7,
            .width = 64,
            .height = 64,
            .sampler = "ddim",
            .schedule = "default",
            .emphasis = emphasis};
}

}  // namespace

class TestPromptEmbeddings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNameIsFoundAmongTokens_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("ids");
        QTest::newRow("a name") << "dog moss dog"
                                << "x 0 1 2 3 x";
        QTest::newRow("in other letters") << "MOSS, dog"
                                          << "0 1 2 3 x x";
        QTest::newRow("the longest") << "cat-hat cat"
                                     << "0 1 2 3 4";
        QTest::newRow("with blanks") << "cat - hat"
                                     << "0 1 2";
        QTest::newRow("ComfyUI's") << "dog embedding:moss"
                                   << "x 0 1 2 3";
        QTest::newRow("no name") << "dog"
                                 << "x";
        QTest::newRow("twice") << "cat cat"
                               << "0 1 0 1";
        QTest::newRow("weighted") << "(cat:1.2)"
                                  << "0 1";
    }
    void aNameIsFoundAmongTokens() {
        QFETCH(QString, prompt);
        const auto tokenizer = taught(embeddings());
        const auto chunks = clip_chunks(clip(tokenizer), weighted_parts(prompt.toStdString(), Emphasis::Original));
        QCOMPARE(chunks.size(), size_t{1});
        std::vector<int64_t> ids;
        for (size_t i = 1; i < chunks[0].ids.size() && chunks[0].ids[i] != clip(tokenizer).end_id(); ++i)
            ids.push_back(chunks[0].ids[i]);
        QTEST(shown(ids), "ids");
    }

    void anEmbeddingHasTheWeightOfItsName() {
        const auto tokenizer = taught(embeddings());
        const auto chunks = clip_chunks(clip(tokenizer), weighted_parts("dog (cat:1.5)", Emphasis::Original));
        QCOMPARE(std::vector<float>(chunks[0].weights.begin(), chunks[0].weights.begin() + 5),
                 (std::vector<float>{1, 1, 1.5f, 1.5f, 1}));
    }

    /// A1111's rule, computed by hand.
    void anEmbeddingIsInOneChunk_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QList<int>>("lengths");
        const auto row = [](const char* name, const std::string& prompt, const QList<int>& lengths) {
            QTest::newRow(name) << QString::fromStdString(prompt) << lengths;
        };
        row("fits exactly", dogs(71) + "moss", {75});
        row("would be cut", dogs(72) + "moss", {72, 4});
        row("would be cut at its last vector", dogs(74) + "cat", {74, 2});
        row("behind a full chunk", dogs(75) + "moss", {75, 4});
        row("the rest follows", dogs(72) + "moss " + dogs(71), {72, 75});
        row("as long as a chunk", "dog wide dog", {1, 75, 1});
        row("behind a comma", dogs(60) + ", " + dogs(10) + "moss dog", {61, 15});
        // Full, so what follows the comma moves first; then it fits.
        row("moves with what follows the comma", dogs(60) + ", " + dogs(14) + "moss", {61, 18});
        // Not full yet: it begins the next chunk by itself.
        row("moves alone", dogs(60) + ", " + dogs(13) + "moss", {74, 4});
    }
    void anEmbeddingIsInOneChunk() {
        QFETCH(QString, prompt);
        QFETCH(QList<int>, lengths);
        const auto tokenizer = taught(embeddings());
        QList<int> found;
        int64_t sum = 0;
        for (const ClipChunk& chunk :
             clip_chunks(clip(tokenizer), weighted_parts(prompt.toStdString(), Emphasis::Original))) {
            QCOMPARE(chunk.ids.size(), size_t{77});
            found << static_cast<int>(std::count(chunk.mask.begin(), chunk.mask.end(), 1)) - 2;
            sum += found.back();
        }
        QCOMPARE(found, lengths);
        const PromptLength length = prompt_length(*tokenizer, prompt.toStdString(), Emphasis::Original, 20);
        QCOMPARE(length.tokens, sum);
        QCOMPARE(length.room, 75 * static_cast<int64_t>(lengths.size()));
    }

    void oneThatIsLongerThanAChunkIsRefused() {
        Task task = image_of("a wide dog");
        const std::string said =
            error_of([&] { PromptLayouts(source_path("/resources/starter/model"), embeddings()).set(task, "Row 1"); });
        QVERIFY2(said.starts_with("Row 1: The embedding \"wide\" has 75 vectors, and the model's text encoder reads no "
                                  "more than 30 tokens"),
                 said.c_str());
    }

    /// diffusers' rule: a new token of its tokenizer, wherever it stands.
    void literalPromptsCallWithinWords() {
        const auto tokenizer = taught(embeddings());
        QCOMPARE(shown(clip(tokenizer).literal_ids("xmoss dog Cat-Hat")).split(' ').last(), QString("6"));
        QVERIFY(shown(clip(tokenizer).literal_ids("xmoss")).endsWith("x 0 1 2 3"));
        QVERIFY(!shown(clip(tokenizer).text_ids("xmoss cat")).contains('0'));
        const Tokenizer::Encoded cut = tokenizer->encode(dogs(73) + "moss");
        QCOMPARE(cut.text_tokens, int64_t{77});
        QCOMPARE(shown({cut.ids[73], cut.ids[74], cut.ids[75], cut.ids[76]}), QString("x 0 1 x"));
    }

    void aLayoutCountsTheirVectors() {
        const auto called = embeddings();
        PromptLayouts layouts(data / "pipelines/sd1", called);
        const auto laid_out = [&](const ImageTask& image) {
            Task task = image;
            layouts.set(task, "Row 1");
            return task.as<ImageTask>();
        };
        QCOMPARE(laid_out(image_of("a dog")).emphasis, Emphasis::Literal);
        QCOMPARE(laid_out(image_of("a category")).emphasis, Emphasis::Original);
        QVERIFY(called->called().empty());
        const ImageTask wide = laid_out(image_of("a dog wide"));
        QCOMPARE(wide.emphasis, Emphasis::Original);
        QCOMPARE(wide.prompt_layout().embeddings, std::vector<std::string>{"wide"});
        QCOMPARE(wide.prompt_layout().chunks.size(), size_t{1});
        QCOMPARE(wide.prompt_layout().chunks[0].positive, 2);
        QCOMPARE(laid_out(image_of("moss", Emphasis::Literal)).prompt_layout().cut_tokens, 0);
        QVERIFY(laid_out(image_of("a wide dog", Emphasis::Literal)).prompt_layout().cut_tokens > 0);
        QCOMPARE(called->called(), (std::vector<std::string>{"wide", "Moss"}));
    }

    void secondPromptsCallThemToo() {
        PromptLayouts layouts(data / "pipelines/sdxl", embeddings());
        ImageTask image = image_of("a dog");
        image.prompt_2 = "in wide moss";
        Task task = image;
        layouts.set(task, "Row 1");
        QCOMPARE(task.as<ImageTask>().emphasis, Emphasis::Original);
        QCOMPARE(task.as<ImageTask>().prompt_layout().embeddings, (std::vector<std::string>{"wide", "Moss"}));
    }

    void oneOfAnotherWidthIsRefused_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("reason");
        const char* ending = "; choose one that was made for this model";
        const auto row = [&](const char* file, const char* model, const char* reason) {
            QTest::addRow("%s for %s", file, model)
                << file << model << (*reason ? QString(reason) + ending : QString());
        };
        row("sd1/moss-style", "sd1", "");
        row("sdxl/pair", "sdxl", "");
        row("sd1/moss-style", "sd2",
            "is an embedding of vectors of 32 numbers, and what the model's text encoders read is 24 wide");
        row("sd1/moss-style", "sdxl",
            "of vectors of 32 numbers, and what the model's text encoders read is 24 and 32 wide");
        row("sdxl/pair", "sd1", "of vectors of 24 and 32 numbers, and what the model's text encoders read is 32 wide");
    }
    void oneOfAnotherWidthIsRefused() {
        QFETCH(QString, file);
        QFETCH(QString, model);
        QFETCH(QString, reason);
        const EmbeddingFile embedding(data / "embeddings" / (file.toStdString() + ".safetensors"));
        const std::string said =
            error_of([&] { check_embedding(embedding, open_model_files(data / "pipelines" / model.toStdString())); });
        QVERIFY2(QString::fromStdString(said).contains(reason), said.c_str());
        QCOMPARE(said.empty(), reason.isEmpty());
    }
};

FANLIGHT_TEST(TestPromptEmbeddings)
#include "tst_prompt_embeddings.moc"
