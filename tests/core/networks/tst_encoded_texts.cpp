// Pictures from texts that are kept on disk are those of the text encoders, to the byte, which are then not loaded.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/prompt_layouts.h"
#include "tests/core/families/model_copy.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

ImageTask image(const std::string& prompt) {
    return {.prompt = prompt,
            .negative_prompt = "blurred",
            .seed = 40,
            .steps = 2,
            .cfg_scale = 5,
            .width = 32,
            .height = 32,
            .sampler = "euler",
            .schedule = "default"};
}

/// With A1111's syntax.
Task weighted(const fs::path& model, const std::string& prompt,
              const std::shared_ptr<PromptEmbeddings>& embeddings = nullptr) {
    ImageTask task = image(prompt);
    task.emphasis = Emphasis::Original;
    Task made = task;
    PromptLayouts(model, embeddings).set(made, "Row 1");
    return made;
}

Lora lora_of(const fs::path& file, double weight) {
    return {.name = file.stem().string(), .file = file.string(), .hash = sha256_hex_of_file(file), .weight = weight};
}

}  // namespace

class TstEncodedTexts : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::vector<std::string> notes_;

    fs::path kept() const { return folder_->filePath("kept").toStdString(); }
    size_t files() const {
        return fs::exists(kept()) ? static_cast<size_t>(std::distance(fs::directory_iterator(kept()), {})) : 0;
    }

    Part part(const std::string& computed_by = "this test") {
        return {.encoded_texts = {.folder = kept().string(),
                                  .encoders = {{"text_encoder", "first"},
                                               {"text_encoder_2", "second"},
                                               {"refiner/text_encoder_2", "of the refiner"}},
                                  .computed_by = computed_by,
                                  .tell = [this](const Sentence& note) { notes_.push_back(note.text()); }}};
    }

    static at::Tensor made(const fs::path& model, const std::vector<Task>& batch, const Part& part = {},
                           const Recipe& recipe = {}, const Weights::Placement& placement = {}) {
        const c10::InferenceMode inference;
        return pictures_of(*load_pipeline(model, placement, recipe, part), batch).images();
    }

    /// A copy of the model that has no text encoder to load.
    static fs::path without_encoders(const ModelCopy& model) {
        for (const auto& entry : fs::recursive_directory_iterator(model.folder()))
            if (entry.path().parent_path().filename().string().starts_with("text_encoder") &&
                entry.path().extension() == ".safetensors")
                write_bytes(entry.path(), "");
        return model.folder();
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        notes_.clear();
    }

    void knownTextsNeedNoEncoder_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("is_weighted");
        for (const char* name : {"sd1", "sd2", "sdxl", "z_image", "flux_2", "flux_1"})
            QTest::newRow(name) << name << false;
        for (const char* name : {"sd1", "sdxl"})
            QTest::newRow(qPrintable(QString("%1, weighted").arg(name))) << name << true;
    }
    void knownTextsNeedNoEncoder() {
        QFETCH(QString, name);
        QFETCH(bool, is_weighted);
        const fs::path model = data / "pipelines" / name.toStdString();
        const ModelCopy copy("pipelines/" + name.toStdString());
        const auto task = [&](const char* prompt) {
            return is_weighted ? weighted(model, prompt) : Task(image(prompt));
        };
        const std::vector<Task> batch = {task("a (dog:1.3)"), task("a [dog:cat:1]")};
        const at::Tensor expected = made(model, batch);
        QVERIFY(at::equal(made(model, batch, part()), expected));
        const size_t before = files();
        QVERIFY(before >= 3);
        const fs::path empty = without_encoders(copy);
        QVERIFY(at::equal(made(empty, batch, part()), expected));
        QCOMPARE(files(), before);
        QVERIFY(!error_of([&] { made(empty, {task("a bird"), task("a bird")}, part()); }).empty());
        QVERIFY(notes_.empty());
    }

    void halvesAreKeptAsTheyAre() {
        const fs::path model = data / "pipelines/z_image";
        const Weights::Placement halves{.dtype = at::kBFloat16};
        const at::Tensor expected = made(model, {image("a dog")}, {}, {}, halves);
        for (int round = 0; round < 2; ++round)
            QVERIFY(at::equal(made(model, {image("a dog")}, part(), {}, halves), expected));
    }

    void aRefinersEncoderIsAnother() {
        const fs::path model = data / "pipelines/sdxl", refiner = data / "pipelines/sdxl_refiner";
        Recipe recipe;
        recipe.components = {{refiner_kind, "refiner", refiner.string(), component_hash(refiner)}};
        ImageTask task = image("a dog");
        task.refiner_switch = 0.5;
        const at::Tensor expected = made(model, {task}, {}, recipe);
        for (int round = 0; round < 2; ++round) QVERIFY(at::equal(made(model, {task}, part(), recipe), expected));
    }

    /// A LoRA of a text encoder has texts of its own, one of the network alone has the model's.
    void adaptersOfTextEncodersCount() {
        const fs::path model = data / "pipelines/sdxl", file = data / "lora/xl_original.safetensors";
        const auto with = [](Lora lora) { return Recipe{.loras = {std::move(lora)}}; };
        Recipe weak = with(lora_of(file, 0.3)), strong = with(lora_of(file, 0.9));
        for (const Recipe& recipe : {Recipe(), weak, strong}) {
            const at::Tensor expected = made(model, {image("a dog")}, {}, recipe);
            const size_t before = files();
            QVERIFY(at::equal(made(model, {image("a dog")}, part(), recipe), expected));
            const size_t first = files();
            QVERIFY(first > before);
            QVERIFY(at::equal(made(model, {image("a dog")}, part(), recipe), expected));
            QCOMPARE(files(), first);
        }
        Recipe unknown = weak;
        unknown.loras.front().hash.clear();
        QVERIFY(!error_of([&] { made(model, {image("a dog")}, part(), unknown); }).empty());
    }

    /// What calls an embedding is not kept: another run may have another one of that name.
    void calledEmbeddingsAreNotKept() {
        const fs::path model = data / "pipelines/sd1";
        Recipe recipe;
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(data / "embeddings/sd1")) {
            const fs::path& file = entry.path();
            names.push_back(file.stem().string());
            recipe.embeddings.push_back(
                {.name = names.back(), .file = file.string(), .hash = sha256_hex_of_file(file)});
        }
        const auto embeddings = std::make_shared<PromptEmbeddings>(names, [](const std::string& name) {
            return EmbeddingFile(data / "embeddings/sd1" / (name + ".safetensors")).vectors();
        });
        const std::vector<Task> batch = {weighted(model, "a (" + names.front() + ":1.2)", embeddings)};
        const at::Tensor expected = made(model, batch, {}, recipe);
        QVERIFY(at::equal(made(model, batch, part(), recipe), expected));
        const size_t negative_prompt = files();
        QVERIFY(at::equal(made(model, {weighted(model, "a dog", embeddings)}, part(), recipe),
                          made(model, {weighted(model, "a dog", embeddings)}, {}, recipe)));
        QCOMPARE(negative_prompt, size_t{1});
        QVERIFY(files() > negative_prompt);
    }

    void whateverElseComputesHasItsOwn() {
        const fs::path model = data / "pipelines/z_image";
        made(model, {image("a dog")}, part("one processor"));
        const size_t first = files();
        made(model, {image("a dog")}, part("another"));
        QCOMPARE(files(), 2 * first);
        Part other = part("another");
        other.encoded_texts.encoders["text_encoder"] = "other weights";
        made(model, {image("a dog")}, other);
        QCOMPARE(files(), 3 * first);
        other.encoded_texts.encoders.clear();  // not known
        made(model, {image("a dog")}, other);
        QCOMPARE(files(), 3 * first);
    }

    void damagedFilesAreMadeAgain_data() {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("anything") << QByteArray("anything");
        QTest::newRow("cut off") << QByteArray("cut");
        QTest::newRow("too long") << QByteArray(1 << 20, 'x');
    }
    void damagedFilesAreMadeAgain() {
        QFETCH(QByteArray, contents);
        const fs::path model = data / "pipelines/z_image";
        const at::Tensor expected = made(model, {image("a dog")}, part());
        for (const auto& entry : fs::directory_iterator(kept()))
            write_bytes(entry.path(),
                        contents == "cut" ? read_file(entry.path()).substr(0, 300) : contents.toStdString());
        QVERIFY(at::equal(made(model, {image("a dog")}, part()), expected));
        QVERIFY(notes_.size() <= 1);
        notes_.clear();
        QVERIFY(at::equal(made(without_encoders(ModelCopy("pipelines/z_image")), {image("a dog")}, part()), expected));
        QVERIFY(notes_.empty());
    }

    /// A whole file, but of a text of another length.
    void aFileOfAnotherTextIsNotTaken() {
        const fs::path model = data / "pipelines/z_image";
        const at::Tensor expected = made(model, {image("a dog")});
        made(model, {image("a dog")}, part());
        std::vector<fs::path> all;
        for (const auto& entry : fs::directory_iterator(kept())) all.push_back(entry.path());
        QVERIFY(all.size() >= 2);
        fs::copy_file(all[0], all[1], fs::copy_options::overwrite_existing);
        QVERIFY(at::equal(made(model, {image("a dog")}, part()), expected));
        QCOMPARE(notes_.size(), size_t{1});
        QVERIFY(notes_.front().find("is damaged") != std::string::npos);
    }

    void aFolderThatCannotBeWrittenChangesNothing() {
        const fs::path model = data / "pipelines/z_image";
        write_bytes(kept(), "a file");
        QVERIFY(at::equal(made(model, {image("a dog")}, part()), made(model, {image("a dog")})));
    }
};

FANLIGHT_TEST(TstEncodedTexts)
#include "tst_encoded_texts.moc"
