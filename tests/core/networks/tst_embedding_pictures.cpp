// Pictures of prompts that call embeddings against diffusers' load_textual_inversion() and A1111's arithmetic
// (tests/golden/embeddings.py), float32 on the CPU, and the same bytes in every mode and beside any neighbour.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>
#include <set>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/families/prompt_layouts.h"
#include "core/families/stable_diffusion/kind.h"
#include "core/families/stable_diffusion_xl/kind.h"
#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

/// All embeddings that the tests have for the model.
Recipe recipe_for(const std::string& model) {
    Recipe recipe;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(data / "embeddings" / model)) files.insert(entry.path());
    for (const fs::path& file : files)
        recipe.embeddings.push_back(
            {.name = file.stem().string(), .file = file.string(), .hash = sha256_hex_of_file(file)});
    return recipe;
}

std::shared_ptr<PromptEmbeddings> embeddings_for(const std::string& model) {
    std::vector<std::string> names;
    for (const NamedEmbedding& embedding : recipe_for(model).embeddings) names.push_back(embedding.name);
    return std::make_shared<PromptEmbeddings>(std::move(names), [model](const std::string& name) {
        return EmbeddingFile(data / "embeddings" / model / (name + ".safetensors")).vectors();
    });
}

Json cases() { return read_json_file(data / "embeddings/cases.json"); }

Task task_of(const Json& spec) {
    const auto text = [&](const char* key) { return spec[key].get<std::string>(); };
    const fs::path model = data / "pipelines" / text("model");
    Task task = ImageTask{.prompt = text("prompt"),
                          .negative_prompt = text("negative_prompt"),
                          .seed = 40,
                          .steps = 4,
                          .cfg_scale = 5,
                          .width = 32,
                          .height = 32,
                          .sampler = "ddim",
                          .schedule = "default",
                          .emphasis = find_emphasis(text("emphasis"))->emphasis};
    PromptLayouts(model, embeddings_for(text("model"))).set(task, "Row 1");
    return task;
}

/// The model, or a copy of it whose second text encoder looks for the largest id.
fs::path model_of(const Json& spec, const QTemporaryDir& folder) {
    const fs::path model = data / "pipelines" / spec["model"].get<std::string>();
    if (!spec["largest"].get<bool>()) return model;
    const fs::path copy = folder.filePath("largest").toStdString(), config = copy / "text_encoder_2/config.json";
    fs::copy(model, copy, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    Json changed = read_json_file(config);
    changed["eos_token_id"] = 2;
    replace_file(config, changed.dump());
    return copy;
}

at::Tensor golden(const std::string& key, at::IntArrayRef shape) {
    return Weights::open(data / "embeddings/golden.safetensors", {}).take(key, shape);
}

at::Tensor picture_of(const fs::path& model, const Recipe& recipe, const std::vector<Task>& batch) {
    return pictures_of(*load_pipeline(model, {}, recipe), batch).images();
}

ModelFolder opened(const fs::path& model, const Recipe& recipe) {
    std::vector<CallableEmbedding> embeddings;
    for (const NamedEmbedding& each : recipe.embeddings) embeddings.push_back({each.name, EmbeddingFile(each.file)});
    return ModelFolder(model, {}, {}, {}, std::move(embeddings));
}

void everyCase() {
    QTest::addColumn<QString>("name");
    const Json all = cases();
    for (const auto& [name, spec] : all.items()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

}  // namespace

class TstEmbeddingPictures : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void picturesAreThoseOfTheReferences_data() { everyCase(); }
    void picturesAreThoseOfTheReferences() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Json spec = cases()[name.toStdString()];
        const fs::path model = model_of(spec, folder_);
        const Task task = task_of(spec);
        const at::Tensor drawn = picture_of(model, recipe_for(spec["model"]), {task});
        const at::Tensor expected = golden("image." + name.toStdString(), {1, 32, 32, 3});
        const int off = (drawn.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        Task plain = task;  // the names as words
        plain.edit<ImageTask>().layout = {};
        plain.edit<ImageTask>().emphasis = Emphasis::Literal;
        QVERIFY(!at::equal(drawn, picture_of(model, {}, {plain})));
    }

    void textsAreThoseOfTheReferences_data() { everyCase(); }
    void textsAreThoseOfTheReferences() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Json spec = cases()[name.toStdString()];
        const bool is_xl = spec["model"] == "sdxl";
        const UNetFamily& family = is_xl ? stable_diffusion_xl_kind() : stable_diffusion_kind();
        const ModelFolder folder = opened(model_of(spec, folder_), recipe_for(spec["model"]));
        const TextWidths widths = text_widths(folder.files(), family.encoders);
        ClipConditioner conditioner(folder, {}, family.encoders, widths.hidden);
        const Task task = task_of(spec);
        const Conditioning read =
            conditioner.conditioning_of({{task.as<ImageTask>().prompt, task.as<ImageTask>().emphasis, 0}});
        const auto off = [&](const at::Tensor& actual, const std::string& key) {
            return (actual - golden(key + name.toStdString(), actual.sizes())).abs().max().item<double>();
        };
        QVERIFY2(off(read.context, "text.") < 1e-4, std::to_string(off(read.context, "text.")).c_str());
        if (is_xl) QVERIFY2(off(read.pooled, "pooled.") < 1e-4, std::to_string(off(read.pooled, "pooled.")).c_str());
    }

    void everyModeMakesTheSameBytes_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("sd1") << "weighted";
        QTest::newRow("sdxl") << "xl";
    }
    void everyModeMakesTheSameBytes() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Json spec = cases()[name.toStdString()];
        const std::string model = spec["model"];
        const fs::path folder = data / "pipelines" / model;
        const Recipe recipe = recipe_for(model);
        Json other = spec;
        other["prompt"] = "a (dog:1.3)";
        const std::vector<Task> batch = {task_of(spec), task_of(other), task_of(spec)};
        const at::Tensor whole = picture_of(folder, recipe, batch), alone = picture_of(folder, recipe, {batch[0]});
        QVERIFY(at::equal(whole[0], whole[2]));
        QVERIFY(!at::equal(whole[0], whole[1]));
        QVERIFY((whole[0].to(at::kInt) - alone[0].to(at::kInt)).abs().max().item<int>() <= 1);
        const auto layers = static_cast<int64_t>(load_unet(ModelFolder(folder), {}).layers().size());
        const auto stages = stages_here(folder, layers, {layers / 2}, {at::kCPU}, recipe);
        QVERIFY(at::equal(send_round(stages, {batch}).front(), whole));
        Weights::Placement offloaded;
        offloaded.device_map.emplace_back("", "disk");
        QVERIFY(at::equal(pictures_of(*load_pipeline(folder, offloaded, recipe), batch).images(), whole));
    }

    void oneThatHasChangedIsRefused() {
        Recipe recipe = recipe_for("sd1");
        recipe.embeddings.front().hash.front() ^= 1;
        const std::string said = error_of([&] { load_pipeline(data / "pipelines/sd1", {}, recipe); });
        QVERIFY2(said.find("has changed since the run was begun") != std::string::npos, said.c_str());
    }

    void oneOfAnotherModelIsRefused() {
        const std::string said = error_of([&] { load_pipeline(data / "pipelines/sd2", {}, recipe_for("sd1")); });
        QVERIFY2(said.find("vectors of 32 numbers") != std::string::npos, said.c_str());
    }
};

FANLIGHT_TEST(TstEmbeddingPictures)
#include "tst_embedding_pictures.moc"
