#include "core/weights/model_folder.h"

#include <QTemporaryDir>
#include <QTest>

#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

Json good_index() {
    return {{"_class_name", "StableDiffusionPipeline"},
            {"_diffusers_version", "0.6.0"},
            {"feature_extractor", {nullptr, nullptr}},
            {"safety_checker", {"stable_diffusion", "StableDiffusionSafetyChecker"}},
            {"requires_safety_checker", true},
            {"scheduler", {"diffusers", "PNDMScheduler"}},
            {"text_encoder", {"transformers", "CLIPTextModel"}},
            {"tokenizer", {"transformers", "CLIPTokenizer"}},
            {"unet", {"diffusers", "UNet2DConditionModel"}},
            {"vae", {"diffusers", "AutoencoderKL"}}};
}

}  // namespace

/// A diffusers folder: what is found, and the errors if something is missing.
class TestModelFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    fs::path folder_;

    void write_index(const std::string& text) { write_bytes(folder_ / "model_index.json", text); }

    QString fault() {
        return QString::fromStdString(error_of([&] { ModelFolder{folder_}; }));
    }

private Q_SLOTS:
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        folder_ = fs::path(temporary_->path().toStdString()) / "sd";
        write_index(good_index().dump());
        for (const char* part : {"unet", "vae", "text_encoder"})
            write_bytes(folder_ / part / "config.json", Json{{"of", part}}.dump());
        write_bytes(folder_ / "tokenizer/tokenizer_config.json", R"({"of": "tokenizer"})");
        write_bytes(folder_ / "scheduler/scheduler_config.json", R"({"of": "scheduler"})");
    }

    void namesPipelineClassesAndFolders() {
        const ModelFolder model(folder_);
        QCOMPARE(model.pipeline(), std::string("StableDiffusionPipeline"));
        QCOMPARE(model.class_of("unet"), std::string("UNet2DConditionModel"));
        QCOMPARE(model.class_of("scheduler"), std::string("PNDMScheduler"));
        QCOMPARE(model.component("vae").string(), (folder_ / "vae").string());
    }

    void eachComponentHasItsConfig_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"unet", "vae", "text_encoder", "tokenizer", "scheduler"}) QTest::newRow(name) << name;
    }
    void eachComponentHasItsConfig() {
        QFETCH(QString, name);
        QCOMPARE(ModelFolder(folder_).config(name.toStdString()).dump(), Json({{"of", name.toStdString()}}).dump());
    }

    void aMissingFolderIsNamed() {
        fs::remove_all(folder_ / "vae");
        QCOMPARE(fault(), QString::fromStdString("The model folder " + folder_.string() +
                                                 " has no folder vae; download the model again."));
        fs::remove_all(folder_);
        QCOMPARE(fault(), QString::fromStdString("There is no model folder " + folder_.string() +
                                                 "; give one that diffusers or transformers has saved."));
    }

    void aMissingFileIsNamed() {
        fs::remove(folder_ / "unet/config.json");
        QCOMPARE(error_of([&] { ModelFolder(folder_).config("unet"); }),
                 "The model folder " + folder_.string() + " has no unet/config.json; download the model again.");
        fs::remove(folder_ / "model_index.json");
        QCOMPARE(fault(), QString::fromStdString("The model folder " + folder_.string() +
                                                 " has no model_index.json; download the model again."));
    }

    void wrongClassesAreRefusedWithTheKnownOnes_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("reason");
        QTest::newRow("pipeline")
            << "_class_name" << QByteArray(R"("AuraFlowPipeline")")
            << "the pipeline \"AuraFlowPipeline\" is not known; choose a model with StableDiffusionPipeline, ";
        QTest::newRow("pipeline of another type")
            << "_class_name" << QByteArray("[1]") << "\"_class_name\" has the wrong type";
        QTest::newRow("unet") << "unet" << QByteArray(R"(["diffusers", "UNet3D"])")
                              << "the unet class \"UNet3D\" is not known; choose a model with UNet2DConditionModel.";
        QTest::newRow("tokenizer") << "tokenizer" << QByteArray(R"(["transformers", "T5Tokenizer"])")
                                   << "choose a model with CLIPTokenizer and CLIPTokenizerFast.";
        QTest::newRow("component left out")
            << "vae" << QByteArray("[null, null]") << "the vae must be given as [library, class]";
        QTest::newRow("component as text")
            << "vae" << QByteArray("\"AutoencoderKL\"") << "the vae must be given as [library, class]";
        QTest::newRow("scheduler without class")
            << "scheduler" << QByteArray("[\"diffusers\"]") << "the scheduler must be given as [library, class]";
    }
    void wrongClassesAreRefusedWithTheKnownOnes() {
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        QFETCH(QString, reason);
        Json index = good_index();
        index[key.toStdString()] = Json::parse(value.toStdString());
        write_index(index.dump());
        QVERIFY2(fault().contains(reason), qPrintable(fault()));
        QVERIFY2(fault().contains("model_index.json"), qPrintable(fault()));
    }

    void aMissingComponentIsNamed() {
        Json index = good_index();
        index.erase("text_encoder");
        write_index(index.dump());
        QVERIFY2(fault().contains("\"text_encoder\" is missing"), qPrintable(fault()));
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no JSON") << QByteArray("{") << "is not valid JSON";
        QTest::newRow("a list") << QByteArray("[]") << "must hold a JSON object";
        QTest::newRow("deep") << QByteArray(100'000, '[') << "nested";
        QTest::newRow("large") << QByteArray((1 << 20) + 1, ' ') << "larger than 1048576 bytes";
    }
    void brokenFilesAreRefused() {
        QFETCH(QByteArray, text);
        QFETCH(QString, reason);
        write_bytes(folder_ / "vae/config.json", text.toStdString());
        const QString fault_of_config = QString::fromStdString(error_of([&] { ModelFolder(folder_).config("vae"); }));
        QVERIFY2(fault_of_config.contains(reason) && fault_of_config.contains("vae/config.json"),
                 qPrintable(fault_of_config));
        write_index(text.toStdString());
        QVERIFY2(fault().contains(reason), qPrintable(fault()));
    }
};

FANLIGHT_TEST(TestModelFolder)
#include "tst_model_folder.moc"
