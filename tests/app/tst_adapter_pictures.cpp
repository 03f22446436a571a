#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Pictures with adapters besides plain LoRAs, as a user makes them; what they do to the weights is compared in
/// core/weights.
class TestAdapterPictures : public QObject {
    Q_OBJECT

    PrivateHome home_;
    const QString data_ = source_path("/tests/golden/data/");
    int runs_ = 0;

    ProgramResult generate(const QString& folder, const QString& model, const QStringList& options) const {
        return run_fanlight(QStringList{"generate", "a dog", "a cat", "-m", data_ + "pipelines/" + model, "--steps",
                                        "2", "-W", "64", "-H", "64", "--quiet", "-o", folder} +
                            options);
    }
    /// What is in the folder of a run that went well.
    QStringList pictures(const QString& model, const QStringList& options) {
        const QString folder = home_.path(QString("run %1").arg(++runs_));
        const ProgramResult run = generate(folder, model, options);
        if (run.status != 0) return {run.output()};
        return images_in(folder);
    }

private Q_SLOTS:
    void everyModeMakesTheSame_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("model");
        QTest::newRow("LoHa") << "loha.safetensors"
                              << "sd1";
        QTest::newRow("LoKr of XL") << "xl_lokr.safetensors"
                                    << "sdxl";
        QTest::newRow("DoRA") << "dora_inputs.safetensors"
                              << "sd1";
        QTest::newRow("DoRA of PEFT") << "peft_dora/adapter_model.safetensors"
                                      << "sd1";
    }
    void everyModeMakesTheSame() {
        QFETCH(QString, file);
        QFETCH(QString, model);
        const QStringList lora = {"--lora", data_ + "adapters/" + file + ":0.8"};
        const QStringList one = pictures(model, lora + QStringList{"--devices", "cpu"});
        QCOMPARE(one.size(), 2);
        const QStringList plain = pictures(model, {"--devices", "cpu"});
        QCOMPARE(plain.size(), 2);
        QVERIFY(one != plain);
        QCOMPARE(pictures(model, lora + QStringList{"--devices", "cpu,cpu", "--mode", "pipelined"}), one);
        const QStringList fetched = {"--devices", "cpu", "--mode", "sharded", "--max-memory", "cpu=700KB"};
        QCOMPARE(pictures(model, lora + fetched), one);
    }

    /// Before anything is loaded.
    void anAdapterOfAnotherFamilyIsRefused() {
        const ProgramResult run = generate(home_.path("wrong"), "sd1",
                                           {"--devices", "cpu", "--lora", data_ + "adapters/xl_lokr.safetensors"});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("is a LoRA for Stable Diffusion XL, and the model is one of Stable Diffusion 1 or 2"),
                 qPrintable(run.err));
        QVERIFY(!QFile::exists(home_.path("wrong")));
    }
};

FANLIGHT_TEST(TestAdapterPictures)
#include "tst_adapter_pictures.moc"
