#include "core/families/told_training.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// A file of empty tensors with these names.
std::string file_of(const std::vector<const char*>& keys, const Json& metadata = {}) {
    Json header = Json::object();
    if (!metadata.is_null()) header["__metadata__"] = metadata;
    for (const char* key : keys) header[key] = {{"dtype", "F32"}, {"shape", {0}}, {"data_offsets", {0, 0}}};
    return safetensors_bytes(header.dump(), "");
}

const char* const velocity_config =
    "model:\n  target: ldm.models.diffusion.ddpm.LatentDiffusion\n  params:\n    parameterization: \"v\"\n"
    "    unet_config:\n      target: x\n";
const char* const noise_config = "model:\n  params:\n    linear_start: 0.00085\n    unet_config: {target: x}\n";

}  // namespace

class TestToldTraining : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    const fs::path folder_ = temporary_.path().toStdString();
    const fs::path file_ = folder_ / "dreams.safetensors", config_ = folder_ / "dreams.yaml";

    void say(const std::string& bytes) const { write_bytes(file_, bytes); }

private Q_SLOTS:
    void cleanup() { fs::remove(config_); }

    void nothingIsSaid() {
        say(file_of({"betas"}, {{"format", "pt"}, {"modelspec.architecture", "stable-diffusion-v1"}}));
        const ToldTraining told = told_training(file_);
        QVERIFY(told.prediction.empty() && told.by.empty() && !told.zero_snr);
    }

    void theFileSaysIt_data() {
        QTest::addColumn<std::vector<const char*>>("keys");
        QTest::addColumn<QByteArray>("metadata");
        QTest::addColumn<QString>("prediction");
        QTest::addColumn<QString>("by");
        QTest::addColumn<bool>("zero_snr");
        using Keys = std::vector<const char*>;
        QTest::newRow("key") << Keys{"v_pred"} << QByteArray() << "v_prediction"
                             << "its key v_pred" << false;
        QTest::newRow("both keys") << Keys{"v_pred", "ztsnr"} << QByteArray() << "v_prediction"
                                   << "its key v_pred" << true;
        QTest::newRow("v") << Keys{} << QByteArray(R"({"modelspec.prediction_type": "v"})") << "v_prediction"
                           << "its metadata" << false;
        QTest::newRow("epsilon") << Keys{} << QByteArray(R"({"modelspec.prediction_type": "epsilon"})") << "epsilon"
                                 << "its metadata" << false;
        QTest::newRow("v with key") << Keys{"ztsnr"} << QByteArray(R"({"modelspec.prediction_type": "v"})")
                                    << "v_prediction"
                                    << "its metadata" << true;
        QTest::newRow("768") << Keys{} << QByteArray(R"({"modelspec.architecture": "stable-diffusion-v2-768-v"})")
                             << "v_prediction"
                             << "its metadata" << false;
        QTest::newRow("512") << Keys{} << QByteArray(R"({"modelspec.architecture": "stable-diffusion-v2-512"})")
                             << "epsilon"
                             << "its metadata" << false;
        QTest::newRow("unknown word") << Keys{} << QByteArray(R"({"modelspec.prediction_type": "x"})") << ""
                                      << "" << false;
    }
    void theFileSaysIt() {
        QFETCH(std::vector<const char*>, keys);
        QFETCH(QByteArray, metadata);
        say(file_of(keys, metadata.isEmpty() ? Json() : Json::parse(metadata.toStdString())));
        const ToldTraining told = told_training(file_);
        QTEST(QString::fromStdString(told.prediction), "prediction");
        QTEST(QString::fromStdString(told.by.text()), "by");
        QTEST(told.zero_snr, "zero_snr");
    }

    void theNameSaysIt_data() {
        QTest::addColumn<QString>("prediction");
        QTest::addColumn<bool>("zero_snr");
        const auto row = [](const char* name, const char* prediction, bool zero_snr = false) {
            QTest::newRow(name) << prediction << zero_snr;
        };
        row("dreams-v-pred", "v_prediction");
        row("dreams_v_prediction", "v_prediction");
        row("noobXL_vPred10", "v_prediction");
        row("Dreams VPRED", "v_prediction");
        row("fluffy-e61-terminal-snr-vpred", "v_prediction", true);
        row("dreams-vpred-ztsnr", "v_prediction", true);
        row("noob_epsPred11", "epsilon");
        row("dreams-epsilon", "epsilon");
        row("512-base-ema", "epsilon");
        row("v2-1_512-ema-pruned", "epsilon");
        row("v2-1_768-ema-pruned", "");
        row("alien-v-predator", "");
        row("v1-5-pruned-emaonly", "");
        row("reviewpred", "");
        row("رسم-v-pred", "v_prediction");
    }
    void theNameSaysIt() {
        const fs::path named = folder_ / (std::string(QTest::currentDataTag()) + ".safetensors");
        write_bytes(named, file_of({"betas"}));
        const ToldTraining told = told_training(named);
        QTEST(QString::fromStdString(told.prediction), "prediction");
        QCOMPARE(told.by.empty(), told.prediction.empty());
        QTEST(told.zero_snr, "zero_snr");
    }

    void aConfigBesideItGoesFirst() {
        say(file_of({"v_pred", "ztsnr"}));
        write_bytes(config_, noise_config);
        QCOMPARE(told_training(file_).prediction, std::string("epsilon"));
        QCOMPARE(told_training(file_).by.text(), std::string("dreams.yaml beside it"));
        say(file_of({}, {{"modelspec.prediction_type", "epsilon"}}));
        write_bytes(config_, velocity_config);
        QCOMPARE(told_training(file_).prediction, std::string("v_prediction"));
    }

    void anotherYamlFileSaysNothing_data() {
        QTest::addColumn<int>("unused");
        for (const char* text : {"empty:", "a: 1", "- 1", "just words", "model: 1", "model: {params: [1]}", "~"})
            QTest::newRow(text) << 0;
    }
    void anotherYamlFileSaysNothing() {
        say(file_of({"v_pred"}));
        write_bytes(config_, QTest::currentDataTag());
        QCOMPARE(told_training(file_).by.text(), std::string("its key v_pred"));
    }

    void aBrokenConfigIsRefusedByName_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no YAML") << QByteArray("model: [1") << "is not valid YAML";
        QTest::newRow("other value") << QByteArray("model: {params: {unet_config: {}, parameterization: x0}}")
                                     << "\"parameterization\" must be eps or v";
        QTest::newRow("no value") << QByteArray("model: {params: {unet_config: {}, parameterization: [v]}}")
                                  << "\"parameterization\" must be eps or v";
        QTest::newRow("deep") << QByteArray(100'000, '[') << "is not valid YAML";
    }
    void aBrokenConfigIsRefusedByName() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        say(file_of({}));
        write_bytes(config_, text.toStdString());
        const QString said = QString::fromStdString(error_of([&] { told_training(file_); }));
        QVERIFY2(said.contains("dreams.yaml") && said.contains(expected), qPrintable(said));
        QCOMPARE(said.count('\n'), 0);
    }
};

FANLIGHT_TEST(TestToldTraining)
#include "tst_told_training.moc"
