// Whole pictures from single files against diffusers' from_single_file (tests/golden/single_file.py), float32 on the
// CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "tests/core/networks/pictures_of.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstSingleFilePictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sampler");
        QTest::newRow("1") << "sd1"
                           << "pndm";
        QTest::newRow("2") << "sd2"
                           << "ddim";
        QTest::newRow("XL") << "sdxl"
                            << "euler";
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, model);
        QFETCH(QString, sampler);
        const c10::InferenceMode inference;
        const std::filesystem::path file = folder_.filePath(model + ".safetensors").toStdString();
        write_single_file(model.toStdString(), file);
        const auto pipeline = load_pipeline(file, {});
        const Weights golden = Weights::open(single_file_data / (model.toStdString() + ".golden.safetensors"), {});
        uint64_t number = 0;
        for (const char* prompt : {"a photo of a dog!", "صورة كلب"}) {
            const ImageTask image{prompt, "blurry", 40 + number, 4, 5.0, 32, 32, sampler.toStdString(), "default", 0};
            const at::Tensor made = pictures_of(*pipeline, {image}).images();
            const at::Tensor expected = golden.take("image." + std::to_string(number++), {1, 32, 32, 3});
            const int off = (made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
            QVERIFY2(off <= 2, std::to_string(off).c_str());
            QVERIFY(expected.to(at::kFloat).std().item<double>() > 1);  // a flat picture would prove nothing
        }
    }

    void otherTrainingsAreSampledAsDiffusersDoes_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("prediction");
        QTest::addColumn<QString>("golden");
        QTest::newRow("velocity") << "sd1"
                                  << "pndm"
                                  << "v_prediction"
                                  << "v_prediction";
        QTest::newRow("zero SNR") << "sd1"
                                  << "ddim"
                                  << "v_prediction"
                                  << "zero_snr";
        QTest::newRow("noise") << "sd2"
                               << "ddim"
                               << "epsilon"
                               << "epsilon";
        QTest::newRow("velocity, XL") << "sdxl"
                                      << "euler"
                                      << "v_prediction"
                                      << "v_prediction";
        QTest::newRow("zero SNR, XL") << "sdxl"
                                      << "euler"
                                      << "v_prediction"
                                      << "zero_snr";
    }
    void otherTrainingsAreSampledAsDiffusersDoes() {
        QFETCH(QString, model);
        QFETCH(QString, sampler);
        QFETCH(QString, prediction);
        QFETCH(QString, golden);
        const std::filesystem::path file = folder_.filePath(model + ".safetensors").toStdString();
        write_single_file(model.toStdString(), file);
        const Recipe recipe{.prediction = prediction.toStdString(), .zero_snr = golden == "zero_snr"};
        compare(file, recipe, sampler, model, "image." + golden);
    }

    void aCheckpointMadeOfAFolderMakesTheSamePictures() {
        const std::filesystem::path file = folder_.filePath("converted.safetensors").toStdString();
        write_single_file("sd2", file);
        const std::string text = "cond_stage_model.model.";
        write_bytes(file, without_tensors(read_file(file), {text + "transformer.resblocks.2.", text + "text_projection",
                                                            text + "logit_scale"}));
        compare(file, {}, "ddim", "sd2", "image.0");
    }

    void withoutANegativePromptTheLargeModelSeesZeros() {
        const std::filesystem::path file = folder_.filePath("xl.safetensors").toStdString();
        write_single_file("sdxl", file);
        compare(file, {}, "euler", "sdxl", "image.without_negative", std::nullopt);
    }

    void weightsAreViewsOfTheMap() {
        const std::filesystem::path file = folder_.filePath("views.safetensors").toStdString();
        write_single_file("sd2", file);
        const Weights::Placement as_stored{.dtype = at::kHalf};
        const Weights text = ModelFolder(file).weights("text_encoder", as_stored);
        const std::string key = "text_model.encoder.layers.0.self_attn.k_proj.weight";
        QCOMPARE(text.take(key, {64, 64}).data_ptr(), text.take(key, {64, 64}).data_ptr());
    }

private:
    /// The picture that the file makes against the one that diffusers made with `model`.
    static void compare(const std::filesystem::path& file, const Recipe& recipe, const QString& sampler,
                        const QString& model, const QString& golden,
                        const std::optional<SharedText>& negative = SharedText("blurry")) {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(file, {}, recipe);
        const ImageTask image{"a photo of a dog!", negative, 40, 4, 5.0, 32, 32, sampler.toStdString(), "default", 0};
        const at::Tensor made = pictures_of(*pipeline, {image}).images(),
                         expected = Weights::open(single_file_data / (model.toStdString() + ".golden.safetensors"), {})
                                        .take(golden.toStdString(), {1, 32, 32, 3});
        const int off = (made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        QVERIFY(expected.to(at::kFloat).std().item<double>() > 1);  // a flat picture would prove nothing
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstSingleFilePictures)
#include "tst_single_file_pictures.moc"
