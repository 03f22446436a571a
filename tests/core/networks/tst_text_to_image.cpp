// Networks and whole pictures against diffusers and transformers (tests/golden/pipelines.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTest>

#include "core/families/stable_diffusion/network/stable_diffusion.h"
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
    for (const Json& prompt : image["prompts"])
        batch.push_back(ImageTask{prompt, image["negative_prompt"].get<std::string>(), 40 + batch.size(),
                                  image["steps"], image["cfg_scale"], image["width"], image["height"], sampler,
                                  image["schedule"].get<std::string>(), image["clip_skip"]});
    return batch;
}

}  // namespace

class TstTextToImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void everyNetworkAndBlockEqualsItsReference_data() {
        QTest::addColumn<QString>("model");
        QTest::newRow("sd1") << "sd1";
        QTest::newRow("sd2") << "sd2";
    }

    void everyNetworkAndBlockEqualsItsReference() {
        QFETCH(QString, model);
        const c10::InferenceMode inference;
        const Weights expected = golden(model.toStdString());
        const ModelFolder folder(data + model.toStdString());
        const CLIPTextModel text(Weights::open_folder(folder.component("text_encoder"), "model", {}),
                                 folder.config("text_encoder"));
        const UNet2DConditionModel unet(Weights::open_folder(folder.component("unet"), "diffusion_pytorch_model", {}),
                                        folder.config("unet"));
        const AutoencoderKL vae(Weights::open_folder(folder.component("vae"), "diffusion_pytorch_model", {}),
                                folder.config("vae"));

        const int64_t width = folder.config("text_encoder")["hidden_size"], length = text.max_positions();
        const at::Tensor context = text.forward(expected.take("ids", {1, length}), {}, 0);
        QVERIFY(difference(context, expected.take("text", {1, length, width})) < tolerance);

        const at::Tensor x = expected.take("x", {2, 4, 8, 8});
        const Conditioning doubled{context.repeat({2, 1, 1})};
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
        QTest::addColumn<int>("number");
        for (const char* model : {"sd1", "sd2"}) {
            const Json images = read_json_file(data + model + ".json");
            for (size_t i = 0; i < images.size(); ++i)
                QTest::addRow("%s %zu %s", model, i, images[i]["sampler"].get<std::string>().c_str())
                    << QString(model) << static_cast<int>(i);
        }
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, model);
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const Json image = read_json_file(data + model.toStdString() + ".json")[static_cast<size_t>(number)];
        const auto batch = batch_of(image, model == "sd1" ? "pndm" : "ddim");
        const int steps = image["steps"];
        int evaluations = 0;
        const auto generation = pipeline(model.toStdString()).open(batch);
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

    void aPictureDoesNotDependOnItsNeighbours() {
        const c10::InferenceMode inference;
        ImageTask dog{"a dog", "", 5, 3, 4.0, 32, 32, "euler_ancestral", "default", 0}, cat = dog, owl = dog;
        cat.prompt = "a cat";
        cat.seed = 6;
        cat.cfg_scale = 7.3;
        owl.prompt = "an owl in the night";
        const at::Tensor first = pictures_of(pipeline("sd1"), {dog, cat, owl}).images(),
                         second = pictures_of(pipeline("sd1"), {owl, owl, dog}).images();
        QVERIFY(at::equal(first[0], second[2]));
        QVERIFY(at::equal(first[2], second[0]));
        QVERIFY(!at::equal(first[0], first[1]));
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
    static Pipeline& pipeline(const std::string& model) {
        static std::map<std::string, std::unique_ptr<Pipeline>> loaded;
        auto& entry = loaded[model];
        if (!entry) entry = load_pipeline(data + model, {});
        return *entry;
    }
};

FANLIGHT_TEST(TstTextToImage)
#include "tst_text_to_image.moc"
