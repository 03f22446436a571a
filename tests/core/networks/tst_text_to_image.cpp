// Networks and whole pictures against diffusers and transformers (tests/golden/pipelines.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTest>

#include "core/batch/request_json.h"
#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

/// Largest difference, relative to the reference's largest value.
double difference(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) return 1e9;
    const double largest = expected.abs().max().item<double>();
    return (actual - expected).abs().max().item<double>() / (largest + 1e-12);
}

constexpr double tolerance = 2e-5;

Weights golden(const std::string& model) { return Weights::open(data + model + ".safetensors", {}); }

std::vector<Task> batch_of(const Json& image, const std::string& default_sampler) {
    std::vector<Task> batch;
    const std::string sampler = image["sampler"] == "default" ? default_sampler : image["sampler"].get<std::string>();
    const Json sizes = image.value("sizes", Json::object());
    for (const Json& prompt : image["prompts"]) {
        ImageTask task{prompt,
                       image["negative_prompt"].get<std::optional<SharedText>>(),
                       40 + batch.size(),
                       image["steps"],
                       image["cfg_scale"],
                       image["width"],
                       image["height"],
                       sampler,
                       image["schedule"].get<std::string>(),
                       image["clip_skip"]};
        const Json second = image.value("second", Json::object());
        task.prompt_2 = second.value("prompt_2", "");
        task.negative_prompt_2 = second.value("negative_prompt_2", "");
        if (const auto size = sizes.find("original_size"); size != sizes.end())
            task.original_size = {(*size)[1], (*size)[0]};
        if (const auto crop = sizes.find("crops_coords_top_left"); crop != sizes.end())
            task.crop = {(*crop)[1], (*crop)[0]};
        batch.push_back(std::move(task));
    }
    return batch;
}

/// What its network was trained for, where the model's files say something else.
Recipe recipe_of(const Json& image) {
    const Json scheduler = image.value("scheduler", Json::object());
    Recipe recipe;
    recipe.prediction = scheduler.value("prediction_type", "");
    recipe.zero_snr = scheduler.value("rescale_betas_zero_snr", false);
    return recipe;
}

const std::vector<std::pair<const char*, const char*>> models = {{"sd1", "pndm"}, {"sd2", "ddim"}, {"sdxl", "euler"}};

}  // namespace

class TstTextToImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void everyNetworkAndBlockEqualsItsReference_data() {
        QTest::addColumn<QString>("model");
        for (const auto& [model, sampler] : models) QTest::newRow(model) << model;
    }

    void everyNetworkAndBlockEqualsItsReference() {
        QFETCH(QString, model);
        const c10::InferenceMode inference;
        const Weights expected = golden(model.toStdString());
        const ModelFolder folder(data + model.toStdString());
        const bool is_xl = model == "sdxl";
        const Conditioning told = is_xl ? two_texts(folder, expected) : one_text(folder, expected);
        const UNet2DConditionModel unet(Weights::open_folder(folder.component("unet"), "diffusion_pytorch_model", {}),
                                        folder.config("unet"));
        const AutoencoderKL vae(Weights::open_folder(folder.component("vae"), "diffusion_pytorch_model", {}),
                                folder.config("vae"));

        const at::Tensor x = expected.take("x", {2, 4, 8, 8});
        Conditioning doubled = joined({told, told});
        if (is_xl) doubled.numbers = expected.take("numbers", {2, 6});
        Memory memory;
        State state = unet_input(x, 321, {});
        state.conditioning = &doubled;
        state.memory = &memory;
        int compared = 0;
        for (const auto& layer : unet.layers()) {
            layer.run(state);
            if (!expected.has("unet." + layer.name)) continue;
            const double off = difference(state.hidden, expected.take("unet." + layer.name, state.hidden.sizes()));
            QVERIFY2(off < tolerance, (layer.name + " differs by " + std::to_string(off)).c_str());
            ++compared;
        }
        QVERIFY(compared > 15);
        QVERIFY(difference(state.hidden, expected.take("unet", {2, 4, 8, 8})) < tolerance);
        const at::Tensor picture = vae.decode(x);
        QVERIFY(difference(picture, expected.take("vae", picture.sizes())) < tolerance);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("number");
        for (const auto& [model, sampler] : models) {
            const Json images = read_json_file(data + model + ".json");
            for (size_t i = 0; i < images.size(); ++i)
                QTest::addRow("%s %zu %s", model, i, images[i]["sampler"].get<std::string>().c_str())
                    << model << sampler << static_cast<int>(i);
        }
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, model);
        QFETCH(QString, sampler);
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const Json image = read_json_file(data + model.toStdString() + ".json")[static_cast<size_t>(number)];
        const auto batch = batch_of(image, sampler.toStdString());
        const int steps = image["steps"];
        int evaluations = 0;
        const auto made_by = load_pipeline(data + model.toStdString(), {}, recipe_of(image));
        const auto generation = made_by->open(batch);
        const auto outputs = run_whole(*generation, [&](Generation& stepped) {
            const Progress progress = stepped.progress();
            evaluations = static_cast<int>(progress.evaluated);
            return progress.evaluated <= progress.of;
        });
        const auto& result = std::get<Pictures>(outputs.value());
        QVERIFY(evaluations >= steps);
        const int64_t B = static_cast<int64_t>(batch.size());
        const at::Tensor expected =
            golden(model.toStdString())
                .take("image." + std::to_string(number), {B, image["height"], image["width"], 3});
        const int off = (result.images().to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        QVERIFY(expected.to(at::kFloat).std().item<double>() > 1);  // a flat picture would prove nothing
    }

    void aPictureDoesNotDependOnItsNeighbours_data() { everyNetworkAndBlockEqualsItsReference_data(); }
    void aPictureDoesNotDependOnItsNeighbours() {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        const c10::InferenceMode inference;
        ImageTask dog{"a dog", "", 5, 3, 4.0, 32, 32, "euler_ancestral", "default", 0}, cat = dog, owl = dog;
        cat.prompt = "a cat";
        cat.seed = 6;
        cat.cfg_scale = 7.3;
        owl.prompt = "an owl in the night";
        owl.negative_prompt.reset();
        const at::Tensor first = pictures_of(pipeline(name), {dog, cat, owl}).images(),
                         second = pictures_of(pipeline(name), {owl, owl, dog}).images();
        QVERIFY(at::equal(first[0], second[2]));
        QVERIFY(at::equal(first[2], second[0]));
        QVERIFY(!at::equal(first[0], first[1]));
    }

    /// Only where the network sees zeros instead of an empty text.
    void noNegativePromptIsAnEmptyOneOrNone() {
        const c10::InferenceMode inference;
        ImageTask none{"a dog", {}, 5, 3, 4.0, 32, 32, "euler", "default", 0}, empty = none;
        empty.negative_prompt = "";
        for (const auto& [model, sampler] : models) {
            const at::Tensor pictures = pictures_of(pipeline(model), {none, empty}).images();
            QCOMPARE(at::equal(pictures[0], pictures[1]), std::string(model) != "sdxl");
        }
    }

    void aStepThatSaysNoGivesTheMicroBatchUp() {
        const c10::InferenceMode inference;
        const ImageTask dog{"a dog", "", 5, 9, 4.0, 32, 32, "ddim", "default", 0};
        int calls = 0;
        const auto generation = pipeline("sd1").open({dog});
        QVERIFY(!run_whole(*generation, [&](Generation&) { return ++calls < 2; }));
        QCOMPARE(calls, 2);
    }

    void wrongRequestsAreRefusedWithTheChoices() {
        ImageTask dog{"a dog", "", 5, 9, 4.0, 32, 32, "euller", "default", 0};
        const auto message = [&] {
            try {
                pictures_of(pipeline("sd1"), {dog});
            } catch (const Error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QVERIFY(message().find("\"euller\" is not known; known are ") != std::string::npos);
        dog.sampler = "ddim";
        dog.schedule = "karras";
        QVERIFY(message().find("ddim") != std::string::npos);
        dog.schedule = "default";
        dog.clip_skip = 9;
        QVERIFY(message().find("clip_skip must be from 0 to 2") != std::string::npos);
    }

private:
    /// As Stable Diffusion 1 and 2 read a text.
    static Conditioning one_text(const ModelFolder& folder, const Weights& expected) {
        const CLIPTextModel text(folder.weights("text_encoder", {}), folder.config("text_encoder"));
        const int64_t width = folder.config("text_encoder")["hidden_size"], length = text.max_positions();
        const at::Tensor context = text.forward(expected.take("ids", {1, length}), {}, {}).hidden;
        verify_equal(context, expected.take("text", {1, length, width}));
        return {context};
    }

    static Conditioning two_texts(const ModelFolder& folder, const Weights& expected) {
        Conditioning told;
        std::vector<at::Tensor> hidden;
        for (const std::string number : {"0", "1"}) {
            const std::string component = number == "0" ? "text_encoder" : "text_encoder_2";
            const ClipConfig config(folder.config(component));
            const bool pools = number == "1";
            const CLIPTextModel text(folder.weights(component, {}), config,
                                     pools ? CLIPTextModel::Projection::Yes : CLIPTextModel::Projection::No);
            const at::Tensor ids = expected.take("ids." + number, {1, config.positions});
            ClipReading reading{.left_out = 1, .normed = false};
            if (pools)
                reading.pooled_at = text.end_of({ids.data_ptr<int64_t>(), ids.data_ptr<int64_t>() + ids.numel()});
            const ClipText read = text.forward(ids, {}, reading);
            verify_equal(read.hidden, expected.take("text." + number, read.hidden.sizes()));
            if (pools) verify_equal(read.pooled, expected.take("pooled", {1, config.projection}));
            told.pooled = read.pooled;
            hidden.push_back(read.hidden);
        }
        told.context = at::cat(hidden, -1);
        return told;
    }

    static void verify_equal(const at::Tensor& actual, const at::Tensor& expected) {
        const double off = difference(actual, expected);
        QVERIFY2(off < tolerance, std::to_string(off).c_str());
    }

    static Pipeline& pipeline(const std::string& model) {
        static std::map<std::string, std::unique_ptr<Pipeline>> loaded;
        auto& entry = loaded[model];
        if (!entry) entry = load_pipeline(data + model, {});
        return *entry;
    }
};

FANLIGHT_TEST(TstTextToImage)
#include "tst_text_to_image.moc"
