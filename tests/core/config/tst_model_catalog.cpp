#include "core/config/model_catalog.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

/// The smallest folder that counts as a model: latents of 64 x 64, factor 8.
void write_model(const fs::path& folder) {
    write(folder / "model_index.json",
          R"({"_class_name": "StableDiffusionPipeline", "scheduler": ["diffusers", "PNDMScheduler"]})");
    write(folder / "scheduler/scheduler_config.json", R"({"_class_name": "PNDMScheduler", "steps_offset": 1})");
    write(folder / "unet/config.json", R"({"sample_size": 64})");
    write(folder / "vae/config.json", R"({"block_out_channels": [128, 256, 512, 512]})");
    write(folder / "unet/diffusion_pytorch_model.safetensors", "weights");
    write(folder / "text_encoder/model.safetensors", "more weights");
    write(folder / "tokenizer/merges.txt", "a b");
}

/// A small one that makes pictures.
void copy_model(const fs::path& folder) {
    fs::remove_all(folder);
    fs::create_directories(folder.parent_path());
    fs::copy(source_path("/tests/golden/data/pipelines/sd1"), folder, fs::copy_options::recursive);
}

/// With numbers of 8 bits that mean nothing.
std::string in_eight_bits(const std::string& file) {
    uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    Json header = Json::parse(file.substr(8, length));
    size_t end = 0;
    for (auto& [name, tensor] : header.items()) {
        const size_t begin = end;
        end += (tensor["data_offsets"][1].get<size_t>() - tensor["data_offsets"][0].get<size_t>()) / 2;
        tensor["dtype"] = "F8_E4M3";
        tensor["data_offsets"] = {begin, end};
    }
    return safetensors_bytes(header.dump(), std::string(end, '\0'));
}

std::string refusal_of(const std::string& model, const fs::path& resources) {
    try {
        find_model(model, resources);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    if (text.find(part) != std::string::npos) return true;
    qWarning("\"%s\" is not in: %s", part.c_str(), text.c_str());
    return false;
}

}  // namespace

class ModelCatalogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        folder_.emplace();
        root_ = folder_->path().toStdString();
        write_model(root_ / "resources/starter/model");
        write_model(root_ / "models/my-model");
        for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"}) qunsetenv(name);
        qputenv("HF_HOME", (root_ / "hf").c_str());
        qputenv("XDG_DATA_HOME", (root_ / "data").c_str());
        resources_ = root_ / "resources";
    }

    void nothingMeansTheStarterWithItsPreset() {
        const ModelCard card = find_model("", resources_);
        QCOMPARE(card.name, std::string("starter"));
        QCOMPARE(card.folder, resources_ / "starter/model");
        QCOMPARE(card.defaults.steps.value(), 25);
        QCOMPARE(card.defaults.cfg_scale.value(), 5.0);
        QCOMPARE(find_model("starter", resources_).name, card.name);
    }

    void nothingMeansTheStarterForTheTask() {
        const fs::path folder = resources_ / "starter_text/model";
        write(folder / "config.json", R"({"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"})");
        write(folder / "generation_config.json", R"({"do_sample": true, "max_new_tokens": 48})");
        const ModelCard card = find_model("", resources_, "text");
        QCOMPARE(card.name, std::string("starter-text"));
        QCOMPARE(card.folder, folder);
        QCOMPARE(card.defaults.max_new_tokens.value(), 48);
        QVERIFY(!card.defaults.steps && !card.defaults.cfg_scale);
        QCOMPARE(find_model("starter-text", resources_).folder, folder);
        QCOMPARE(find_model("", resources_, "image").name, std::string("starter"));
        try {
            find_model("", resources_, "classify");
            QFAIL("no preset classifies");
        } catch (const UsageError& error) {
            QCOMPARE(error.what(), "There is no model; name one with --model.");
        }
    }

    void aFolderHasTheDefaultsOfDiffusers() {
        const ModelCard card = find_model((root_ / "models/my-model/").string(), resources_);
        QCOMPARE(card.name, std::string("my-model"));
        QCOMPARE(card.pipeline_class, std::string("StableDiffusionPipeline"));
        QCOMPARE(card.defaults.width.value(), 512);
        QCOMPARE(card.defaults.height.value(), 512);
        QCOMPARE(card.defaults.steps.value(), 50);
        QCOMPARE(card.defaults.cfg_scale.value(), 7.5);
        QCOMPARE(card.defaults.sampler.value(), std::string("pndm"));
        QCOMPARE(card.scheduler_config.at("steps_offset").get<int>(), 1);
    }

    void theSizeIsThatOfTheLatentsTimesTheVaesFactor_data() {
        QTest::addColumn<QString>("unet");
        QTest::addColumn<QString>("vae");
        QTest::addColumn<QSize>("size");
        QTest::newRow("number") << R"({"sample_size": 96})"
                                << "[1, 2, 3, 4]" << QSize(768, 768);
        QTest::newRow("height and width") << R"({"sample_size": [32, 64]})"
                                          << "[1, 2, 3, 4]" << QSize(512, 256);
        QTest::newRow("three blocks") << R"({"sample_size": 32})"
                                      << "[1, 2, 3]" << QSize(128, 128);
        QTest::newRow("one block") << R"({"sample_size": 32})"
                                   << "[1]" << QSize(32, 32);
        QTest::newRow("told wrong before 0.9") << R"({"sample_size": 32, "_diffusers_version": "0.6.0"})"
                                               << "[1, 2, 3, 4]" << QSize(512, 512);
        QTest::newRow("right since 0.9") << R"({"sample_size": 32, "_diffusers_version": "0.10.0"})"
                                         << "[1, 2, 3, 4]" << QSize(256, 256);
    }
    void theSizeIsThatOfTheLatentsTimesTheVaesFactor() {
        QFETCH(QString, unet);
        QFETCH(QString, vae);
        QFETCH(QSize, size);
        const fs::path model = root_ / "models/my-model";
        write(model / "unet/config.json", unet.toStdString());
        write(model / "vae/config.json", R"({"block_out_channels": )" + vae.toStdString() + "}");
        const ModelCard card = find_model(model, resources_);
        QCOMPARE(QSize(card.defaults.width.value(), card.defaults.height.value()), size);
    }

    void theIndexDecidesOnTheSampler() {
        const fs::path model = root_ / "models/my-model";
        write(model / "scheduler/scheduler_config.json", R"({"_class_name": "EulerDiscreteScheduler"})");
        QCOMPARE(find_model(model, resources_).defaults.sampler.value(), std::string("pndm"));
        write(model / "model_index.json", R"({"_class_name": "StableDiffusionPipeline"})");
        QCOMPARE(find_model(model, resources_).defaults.sampler.value(), std::string("euler"));
    }

    void aRepositoryIsFoundInTheCache_data() {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("hub");
        QTest::newRow("HF_HUB_CACHE") << "HF_HUB_CACHE"
                                      << "elsewhere"
                                      << "elsewhere";
        QTest::newRow("its older name") << "HUGGINGFACE_HUB_CACHE"
                                        << "elsewhere"
                                        << "elsewhere";
        QTest::newRow("HF_HOME") << "HF_HOME"
                                 << "hf"
                                 << "hf/hub";
        QTest::newRow("XDG_CACHE_HOME") << "XDG_CACHE_HOME"
                                        << "cache"
                                        << "cache/huggingface/hub";
        QTest::newRow("home") << "HOME"
                              << "user"
                              << "user/.cache/huggingface/hub";
    }
    void aRepositoryIsFoundInTheCache() {
        QFETCH(QString, variable);
        QFETCH(QString, value);
        QFETCH(QString, hub);
        const QByteArray home = qgetenv("HOME");
        qunsetenv("HF_HOME");
        qputenv(variable.toLatin1(), (root_ / value.toStdString()).c_str());
        const fs::path repo = root_ / hub.toStdString() / "models--some-org--a--model";
        copy_model(repo / "snapshots/0123abcd");
        write(repo / "refs/main", "0123abcd\n");
        const ModelCard card = find_model("some-org/a--model", resources_);
        const auto models = list_models(resources_);
        qputenv("HOME", home);
        QCOMPARE(card.name, std::string("some-org/a--model"));
        QCOMPARE(card.folder, repo / "snapshots/0123abcd");
        QCOMPARE(models.size(), size_t{3});
        QCOMPARE(models.back().name, card.name);
        QCOMPARE(models.back().problem.text(), std::string());
    }

    void aRepositoryOfFilesGivesOneOfThem() {
        const fs::path repo = root_ / "hf/hub/models--org--files", snapshot = repo / "snapshots/0123abcd";
        write(repo / "refs/main", "0123abcd");
        write_single_file("sd1", snapshot / "first.safetensors");
        QCOMPARE(find_model("org/files", resources_).name, std::string("first"));
        write_bytes(snapshot / "vae.safetensors",  // no model
                    safetensors_bytes(R"({"decoder.conv_in.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                      std::string(4, '\0')));
        QCOMPARE(find_model("org/files", resources_).name, std::string("first"));
        write_single_file("sd1", snapshot / "more/second.safetensors");
        QVERIFY(contains(refusal_of("org/files", resources_),
                         "give one of them: org/files/first.safetensors and org/files/more/second.safetensors"));
        QCOMPARE(find_model("org/files/more/second.safetensors", resources_).folder,
                 snapshot / "more/second.safetensors");
        QCOMPARE(list_models(resources_).back().name, std::string("org/files/more/second.safetensors"));
        QVERIFY(contains(refusal_of("org/files/third.safetensors", resources_), "There is no model"));
    }

    void aListedModelSaysItsFamilyAndTheSizeOfItsWeights() {
        const fs::path model = root_ / "models/my-model";
        copy_model(model);
        int64_t bytes = 0;
        for (const auto& entry : fs::recursive_directory_iterator(model))
            if (entry.path().extension() == ".safetensors") bytes += static_cast<int64_t>(entry.file_size());
        QVERIFY(bytes > 0);
        const ListedModel listed = listed_model("mine", model);
        QCOMPARE(listed.family, std::string("StableDiffusion"));
        QCOMPARE(listed.weight_bytes, bytes);
        QCOMPARE(listed.problem.text(), std::string());
        const fs::path blob = root_ / "blob";  // as the Hugging Face cache keeps files
        fs::rename(model / "unet/diffusion_pytorch_model.safetensors", blob);
        fs::create_symlink(blob, model / "unet/diffusion_pytorch_model.safetensors");
        QCOMPARE(listed_model("mine", model).weight_bytes, bytes);
        QCOMPARE(listed_model("mine", model).problem.text(), std::string());
        fs::rename(model / "text_encoder/model.safetensors", model / "text_encoder/pytorch_model.bin");
        QVERIFY(contains(listed_model("mine", model).problem.text(), "text_encoder"));  // although its configs are fine
        fs::remove_all(model);
        QVERIFY(contains(listed_model("mine", model).problem.text(), "There is no model folder"));
    }

    void anUnknownModelIsAnsweredWithThoseThatExist() {
        const fs::path repo = root_ / "hf/hub/models--org--name";
        write_model(repo / "snapshots/0123abcd");
        write(repo / "refs/main", "0123abcd");
        const std::string message = refusal_of("org/other", resources_);
        QVERIFY(contains(message, "\"org/other\""));
        QVERIFY(contains(message, (root_ / "hf/hub").string()));
        QVERIFY(contains(message, "starter, starter-text and org/name"));
    }

    void aHostileReferenceLeadsNowhere_data() {
        QTest::addColumn<QString>("reference");
        QTest::newRow("out of the cache") << "../../../../models/my-model";
        QTest::newRow("empty") << "";
        QTest::newRow("no such snapshot") << "ffff";
    }
    void aHostileReferenceLeadsNowhere() {
        QFETCH(QString, reference);
        write_model(root_ / "hf/hub/models--org--name/snapshots/0123abcd");
        write(root_ / "hf/hub/models--org--name/refs/main", reference.toStdString());
        QVERIFY(contains(refusal_of("org/name", resources_), "There is no model"));
    }

    void aSchedulerThatIsNotKnownLeavesTheSamplerOpen_data() {
        QTest::addColumn<QString>("index");
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("sampler");  // empty: the class is not known
        const QString none = R"({"_class_name": "StableDiffusionPipeline"})",
                      known =
                          R"({"_class_name": "StableDiffusionPipeline", "scheduler": ["diffusers", "DDIMScheduler"]})",
                      other =
                          R"({"_class_name": "StableDiffusionPipeline", "scheduler": ["diffusers", "FooScheduler"]})";
        QTest::newRow("config alone") << none << R"({"_class_name": "FooScheduler"})"
                                      << "";
        QTest::newRow("both") << other << R"({"_class_name": "FooScheduler"})"
                              << "";
        QTest::newRow("index decides") << other << R"({"_class_name": "PNDMScheduler"})"
                                       << "";
        QTest::newRow("known by the index") << known << R"({"_class_name": "FooScheduler"})"
                                            << "ddim";
    }
    void aSchedulerThatIsNotKnownLeavesTheSamplerOpen() {
        QFETCH(QString, index);
        QFETCH(QString, config);
        QFETCH(QString, sampler);
        write(root_ / "models/my-model/model_index.json", index.toStdString());
        write(root_ / "models/my-model/scheduler/scheduler_config.json", config.toStdString());
        const ModelCard card = find_model((root_ / "models/my-model").string(), resources_);
        QCOMPARE(QString::fromStdString(card.defaults.sampler.value_or("")), sampler);
        QCOMPARE(card.unknown_scheduler, std::string(sampler.isEmpty() ? "FooScheduler" : ""));
        const ListedModel listed = listed_model("my-model", root_ / "models/my-model");
        QCOMPARE(
            listed.note.text(),
            std::string(sampler.isEmpty() ? "needs a sampler: its own scheduler, FooScheduler, is not known" : ""));
    }

    void aSingleFileSaysWhatItPredictsOrItIsAssumed() {
        const fs::path file = models_folder() / "dreams.safetensors",
                       named = models_folder() / "dreams-v-pred.safetensors";
        write_single_file("sd1", file);
        const ModelCard usual = find_model(file.string(), resources_);
        QCOMPARE(usual.training.prediction, std::string());  // so that its recipes stay as they have always been
        QVERIFY(usual.scheduler_config["prediction_type"] == Json("epsilon"));
        QVERIFY(contains(usual.training_note.text(), "predicts epsilon, which is assumed"));
        QVERIFY(contains(listed_model("dreams", file).note.text(), "predicts epsilon, which is assumed"));
        QVERIFY(contains(find_model(file.string(), resources_).defaults.sampler.value(), "pndm"));

        fs::copy_file(file, named);
        const ModelCard velocity = find_model(named.string(), resources_);
        QCOMPARE(velocity.training.prediction, std::string("v_prediction"));
        QVERIFY(velocity.scheduler_config["prediction_type"] == Json("v_prediction"));
        QCOMPARE(velocity.training_note.text(), std::string("predicts v_prediction, as its name says"));
        const ModelCard asked = find_model(named.string(), resources_, "", "epsilon");
        QCOMPARE(asked.training.prediction, std::string());
        QVERIFY(asked.scheduler_config["prediction_type"] == Json("epsilon"));
        QCOMPARE(asked.training_note.text(), std::string());

        write_bytes(file, with_tensor(with_tensor(read_file(file), "v_pred", {0}, "", "F32"), "ztsnr", {0}, "", "F32"));
        const ModelCard zero = find_model(file.string(), resources_);
        QVERIFY(zero.training.zero_snr && zero.defaults.sampler == "ddim");
        QCOMPARE(zero.training_note.text(),
                 std::string("predicts v_prediction with a terminal SNR of zero, as its key v_pred says"));
        QVERIFY(!find_model(file.string(), resources_, "", "epsilon").training.zero_snr);
    }

    void aNameTellsThatFewStepsAreEnough() {
        const fs::path file = models_folder() / "dreamsXL_lightning_4steps.safetensors";
        write_single_file("sdxl", file);
        const ModelCard card = find_model(file.string(), resources_);
        QCOMPARE(card.few_steps_note.text(), std::string("is distilled for 4 steps (Lightning), as its name says"));
        QVERIFY(card.defaults.steps == 4 && card.defaults.cfg_scale == 1.0);
        QVERIFY(card.defaults.sampler == "euler" && card.defaults.schedule == "trailing");
        QVERIFY(contains(listed_model("dreams", file).note.text(), "so; is distilled for 4 steps"));
        const fs::path titled = models_folder() / "titled.safetensors";
        write_bytes(titled, with_metadata(read_file(file), {{"modelspec.title", "Dreams Lightning 2 steps"}}));
        QCOMPARE(find_model(titled.string(), resources_).few_steps_note.text(),
                 std::string("is distilled for 2 steps (Lightning), as its metadata says"));
        fs::remove(titled);
        const fs::path turbo = models_folder() / "sd_xl_turbo_1.0.safetensors";
        fs::rename(file, turbo);
        QCOMPARE(find_model(turbo.string(), resources_).defaults.width.value(), 512);
        // A folder's config says how it is sampled.
        const fs::path folder = root_ / "models/dreams-lightning";
        fs::copy(root_ / "models/my-model", folder, fs::copy_options::recursive);
        const ModelCard own = find_model(folder.string(), resources_);
        QVERIFY(own.defaults.steps == 4 && own.defaults.schedule == "default");
        fs::remove_all(folder);
    }

    void theBaseOfTheSecondVersionIsSmaller() {
        const fs::path file = models_folder() / "512-base-ema.safetensors";
        write_single_file("sd2", file);
        const ModelCard base = find_model(file.string(), resources_);
        QVERIFY(base.training.prediction == "epsilon" && base.defaults.width == 128);
        QCOMPARE(find_model(file.string(), resources_, "", "v_prediction").defaults.width.value(), 192);
    }

    void aFolderPredictsWhatItsUserSays() {
        const std::string model = (root_ / "models/my-model").string();
        QCOMPARE(find_model(model, resources_).training.prediction, std::string());
        QCOMPARE(find_model(model, resources_, "", "epsilon").training.prediction, std::string());
        QCOMPARE(find_model(model, resources_, "", "v_prediction").training.prediction, std::string("v_prediction"));
        try {
            find_model(model, resources_, "", "x0");
            QFAIL("x0 is taken");
        } catch (const UsageError& error) {
            QVERIFY(contains(error.what(), "epsilon, v_prediction or flow, not \"x0\""));
        }
    }

    void aRepoIdCannotLeaveTheCache() {
        write_model(root_ / "hf/models/snapshots/0123abcd");
        write(root_ / "hf/models/refs/main", "0123abcd");
        QVERIFY(contains(refusal_of("../models", resources_), "There is no model"));
    }

    void aCheckpointInOneFileIsAModel_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("side");  // pixels; the decoders of these checkpoints upsample once
        QTest::addColumn<QString>("pipeline");
        QTest::newRow("1") << "sd1"
                           << "pndm" << 128 << "StableDiffusionPipeline";
        QTest::newRow("2") << "sd2"
                           << "ddim" << 192 << "StableDiffusionPipeline";
        QTest::newRow("XL") << "sdxl"
                            << "euler" << 256 << "StableDiffusionXLPipeline";
    }

    void aCheckpointInOneFileIsAModel() {
        QFETCH(QString, model);
        QFETCH(QString, sampler);
        QFETCH(int, side);
        QFETCH(QString, pipeline);
        const bool is_xl = model == "sdxl";
        const fs::path file = models_folder() / "dreams.safetensors";
        write_single_file(model.toStdString(), file);
        for (const std::string& called : {file.string(), std::string("dreams"), std::string("dreams.safetensors")}) {
            const ModelCard card = find_model(called, resources_);
            QCOMPARE(card.name, std::string("dreams"));
            QCOMPARE(card.folder, file);
            QCOMPARE(card.pipeline_class, pipeline.toStdString());
            QCOMPARE(card.traits.a1111_clip_skip, model == "sd1" ? std::nullopt : std::optional(0));
            QCOMPARE(card.traits.tells_absent_negative, is_xl);
            QCOMPARE(QString::fromStdString(card.defaults.sampler.value()), sampler);
            QVERIFY(card.defaults.width.value() == side && card.defaults.height.value() == side);
        }
        QVERIFY(is_model(file));
        QVERIFY(contains(network_config(file), is_xl ? "\"cross_attention_dim\":192" : "\"cross_attention_dim\":64"));
        QCOMPARE(model_hash(file), sha256_hex_of_file(file));  // the usual hash of a checkpoint
        const auto models = list_models(resources_);
        QCOMPARE(models.size(), size_t{3});
        QCOMPARE(models.back().name, std::string("dreams"));
        QCOMPARE(models.back().family, std::string(is_xl ? "StableDiffusionXL" : "StableDiffusion"));
        QCOMPARE(models.back().weight_bytes, static_cast<int64_t>(fs::file_size(file)));
        QCOMPARE(models.back().problem.text(), std::string());
    }

    void aKeptFileThatIsNoModelSaysWhy() {
        write(models_folder() / "broken.safetensors", "no checkpoint");
        QVERIFY(contains(list_models(resources_).back().problem.text(), "broken.safetensors"));
    }

    void modelsInFoldersBelowAreFoundByName() {
        write_single_file("sd1", models_folder() / "anime/dreams.safetensors");
        write_model(models_folder() / "photo/real.v2");
        QCOMPARE(find_model("dreams", resources_).folder, models_folder() / "anime/dreams.safetensors");
        QCOMPARE(find_model("anime/dreams", resources_).name, std::string("dreams"));
        QCOMPARE(find_model("real.v2", resources_).folder, models_folder() / "photo/real.v2");
        const auto models = list_models(resources_);
        QCOMPARE(models.size(), size_t{4});
        QCOMPARE(models[2].name, std::string("anime/dreams"));
        QCOMPARE(models[2].dtype, std::string("float16"));
        QCOMPARE(weight_bytes_on(models[2], "cpu"), 2 * models[2].weight_bytes);
        QCOMPARE(weight_bytes_on(models[2], "cuda"), models[2].weight_bytes);
        QCOMPARE(models[3].name, std::string("photo/real.v2"));
    }

    void modelsOf8BitsSaySo() {
        const fs::path file = models_folder() / "small.safetensors";
        write_single_file("sd1", file);
        write_bytes(file, in_eight_bits(read_file(file)));
        const ListedModel small = list_models(resources_).back();
        QCOMPARE(small.dtype, std::string("fp8_e4m3fn"));
        QVERIFY2(small.problem.text().empty(), small.problem.text().c_str());
        QCOMPARE(weight_bytes_on(small, "cpu"), 4 * small.weight_bytes);
        QCOMPARE(weight_bytes_on(small, "cuda"), 2 * small.weight_bytes);
    }

    void blocksOfFewBitsTakeTheirRoom() {
        const ListedModel small{.dtype = "Q4_K", .weight_bytes = 10 * 144};  // ten blocks of 256 numbers
        QCOMPARE(weight_bytes_on(small, "cpu"), int64_t{10 * 256 * 4});
        QCOMPARE(weight_bytes_on(small, "cuda"), int64_t{10 * 256 * 2});
    }

    void whatIsSaidOfAFileIsKept() {
        const fs::path file = source_path("/resources/starter/model/unet/diffusion_pytorch_model.safetensors");
        qputenv("XDG_CACHE_HOME", (root_ / "cache").c_str());
        const ListedModel first = listed_model("unet", file);
        QVERIFY(!first.problem.empty());
        const fs::path entry = fs::directory_iterator(root_ / "cache/fanlight/models")->path();
        std::string kept = read_file(entry);
        QVERIFY(contains(kept, R"("family":"")"));
        kept.replace(kept.find(R"("family":"")"), 11, R"("family":"A")");
        replace_file(entry, kept);
        QCOMPARE(listed_model("unet", file).family, std::string("A"));  // so it was not read again
        QCOMPARE(listed_model("unet", file).problem.text(), first.problem.text());
        replace_file(entry, kept.substr(0, kept.size() / 2));
        QCOMPARE(listed_model("unet", file).family, std::string());
    }

    /// So the window and the command line do not forget what the other one has found out.
    void whatIsSaidOfAFileIsKeptUntilFanlightChanges() {
        const fs::path file = source_path("/resources/starter/model/unet/diffusion_pytorch_model.safetensors"),
                       program = root_ / "fanlight";
        write(program, "a program");
        qputenv("FANLIGHT", program.c_str());
        qputenv("XDG_CACHE_HOME", (root_ / "cache").c_str());
        listed_model("unet", file);
        const fs::path entry = fs::directory_iterator(root_ / "cache/fanlight/models")->path();
        const std::string first = read_file(entry);
        replace_file(
            entry, first.substr(0, first.find('{')) + R"({"family":"A","dtype":"","task":"","problem":{},"note":{}})");
        QCOMPARE(listed_model("unet", file).family, std::string("A"));
        fs::last_write_time(program, fs::last_write_time(program) + std::chrono::hours(1));
        QCOMPARE(listed_model("unet", file).family, std::string());
        qunsetenv("FANLIGHT");
    }

    void otherFormatsAreRefused() {
        QVERIFY(contains(refusal_of("some/model.safetensors", resources_), "There is no model"));
        write(root_ / "model.ckpt", "a pickle");
        QVERIFY(contains(refusal_of(root_ / "model.ckpt", resources_), "since other formats run code"));
        write(root_ / "model.txt", "a text");
        QVERIFY(
            contains(refusal_of(root_ / "model.txt", resources_), "give a .safetensors or .gguf file, or a folder"));
        write(root_ / "model.safetensors", "no checkpoint");
        QVERIFY(contains(refusal_of(root_ / "model.safetensors", resources_), "model.safetensors"));
        fs::create_directories(root_ / "empty");
        QVERIFY(contains(refusal_of(root_ / "empty", resources_), "it has neither a model_index.json"));
        write(root_ / "hf/hub/models--org--llm/refs/main", "0123abcd");
        write(root_ / "hf/hub/models--org--llm/snapshots/0123abcd/config.json", "{}");
        QVERIFY(contains(refusal_of("org/llm", resources_), "config.json: \"architectures\" is missing"));
        QCOMPARE(list_models(resources_).size(), size_t{2});
    }

    void aBrokenModelIsToldInOneSentence_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("truncated") << "model_index.json"
                                   << R"({"_class_name": )"
                                   << "model_index.json, line 1, column 17: is not valid JSON";
        QTest::newRow("garbage") << "vae/config.json"
                                 << "\x01\x02"
                                 << "vae/config.json, line 1, column 1: is not valid JSON";
        QTest::newRow("a list") << "model_index.json"
                                << "[]"
                                << "model_index.json must hold a JSON object";
        QTest::newRow("class of another type") << "model_index.json"
                                               << R"({"_class_name": 1})"
                                               << "\"_class_name\" has the wrong type";
        QTest::newRow("unknown pipeline") << "model_index.json"
                                          << R"({"_class_name": "AuraFlowPipeline"})"
                                          << "AuraFlowPipeline is not supported; supported: StableDiffusionPipeline";
        QTest::newRow("no sample_size") << "unet/config.json"
                                        << "{}"
                                        << "unet/config.json: \"sample_size\" is missing";
        QTest::newRow("null sample_size") << "unet/config.json"
                                          << R"({"sample_size": null})"
                                          << "\"sample_size\" has the wrong type (null)";
        QTest::newRow("huge sample_size") << "unet/config.json"
                                          << R"({"sample_size": 1e30})"
                                          << "\"sample_size\" must be a whole number";
        QTest::newRow("no blocks") << "vae/config.json"
                                   << R"({"block_out_channels": []})"
                                   << "must list 1 to 8 blocks";
        QTest::newRow("blocks of another type") << "vae/config.json"
                                                << R"({"block_out_channels": "x"})"
                                                << "\"block_out_channels\" has the wrong type";
        QTest::newRow("missing") << "unet/config.json" << QString() << "unet/config.json: No such file";
    }
    void aBrokenModelIsToldInOneSentence() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, message);
        const fs::path broken = resources_ / "starter/model" / file.toStdString();
        fs::remove(broken);
        if (!text.isNull()) write(broken, text.toStdString());
        const std::string error = refusal_of("starter", resources_);
        QVERIFY(contains(error, message.toStdString()));
        QCOMPARE(std::count(error.begin(), error.end(), '\n'), 0);
        QVERIFY(contains(list_models(resources_).front().problem.text(), message.toStdString()));
    }

    void theHashIsThatOfTheFilesThatMatter() {
        const fs::path model = root_ / "models/my-model";
        const std::string hash = model_hash(model);
        std::string lines;
        for (const char* file : {"model_index.json", "scheduler/scheduler_config.json",
                                 "text_encoder/model.safetensors", "tokenizer/merges.txt", "unet/config.json",
                                 "unet/diffusion_pytorch_model.safetensors", "vae/config.json"})
            lines += sha256_hex(read_file(model / file)) + "  " + file + "\n";
        QCOMPARE(hash, sha256_hex(lines));
        write(model / "README.md", "no matter");
        write(model / "unet/diffusion_pytorch_model.bin", "no matter");
        write(model / "safety_checker/model.safetensors", "no matter");
        QCOMPARE(model_hash(model), hash);
        write(model / "unet/diffusion_pytorch_model.safetensors", "other weights");
        QVERIFY(model_hash(model) != hash);
    }

    void aMissingComponentHasNoHash() {
        const fs::path model = root_ / "models/my-model";
        fs::remove_all(model / "tokenizer");
        QVERIFY_EXCEPTION_THROWN(model_hash(model), Error);
    }

private:
    std::optional<QTemporaryDir> folder_;
    fs::path root_, resources_;
};

FANLIGHT_TEST(ModelCatalogTest)
#include "tst_model_catalog.moc"
