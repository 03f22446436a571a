#include <QtTest>

#include "core/models/autoencoder_kl.h"
#include "tests/core/models/golden_network.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstAutoencoderKL : public QObject {
    Q_OBJECT

    static AutoencoderKL changed(const GoldenNetwork& golden, const Json& changes) {
        Json config = golden.config();
        config.update(changes);
        return {golden.weights(), config};
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void decodesLikeDiffusers_data() {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<int>("factor");
        QTest::newRow("three blocks") << std::string("vae_three_blocks") << 4;
        QTest::newRow("old names of the attention") << std::string("vae_old_names") << 2;
        QTest::newRow("without attention") << std::string("vae_without_attention") << 1;
    }
    void decodesLikeDiffusers() {
        QFETCH(std::string, name);
        QFETCH(int, factor);
        const c10::InferenceMode inference;
        const GoldenNetwork golden(name);
        const Weights weights = golden.weights();
        const AutoencoderKL vae(weights, golden.config());
        QVERIFY(weights.untaken().empty());
        QCOMPARE(vae.factor(), int64_t(factor));
        COMPARE_TENSORS(vae.decode(golden.input("latents")), golden.output("picture"), float32_tolerance);
    }

    void latentsAreScaledAndNotShifted() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("vae_three_blocks");  // scaling_factor is 0.4
        const Json other = {{"scaling_factor", 0.2}, {"shift_factor", 0.25}};
        COMPARE_TENSORS(changed(golden, other).decode(golden.input("latents") / 2), golden.output("picture"),
                        float32_tolerance);
    }

    void refusesWhatItCannotDo_data() {
        QTest::addColumn<std::string>("changes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* changes, const char* message) {
            QTest::newRow(name) << std::string(changes) << QString(message);
        };
        row("block class", R"({"up_block_types": ["UpDecoderBlock2D", "AttnUpDecoderBlock2D", "UpDecoderBlock2D"]})",
            "\"AttnUpDecoderBlock2D\" is not known");
        row("number of blocks", R"({"up_block_types": ["UpDecoderBlock2D"]})",
            "up_block_types lists 1 blocks and block_out_channels 3");
        row("latent statistics", R"({"latents_mean": [0, 0, 0, 0]})",
            "\"latents_mean\" is [0,0,0,0]; only null is supported");
        row("colours", R"({"out_channels": 4})", "out_channels is 4; only 3 (RGB) is supported");
        row("scale", R"({"scaling_factor": 0})", "\"scaling_factor\" must be from 0.001 to 1000.0, not 0.0");
        row("shape", R"({"latent_channels": 16})", "\"weights.post_quant_conv.weight\" has shape [4, 4, 1, 1] where");
    }
    void refusesWhatItCannotDo() {
        QFETCH(std::string, changes);
        QFETCH(QString, message);
        const GoldenNetwork golden("vae_three_blocks");
        const QString error = error_of([&] { changed(golden, Json::parse(changes)); });
        QVERIFY2(error.contains(message), qPrintable(error));
    }
};

FANLIGHT_TEST(TstAutoencoderKL)
#include "tst_autoencoder_kl.moc"
