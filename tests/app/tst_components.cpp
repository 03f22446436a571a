#include <QDir>
#include <QFile>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Runs with another VAE and text encoder than the model's own, from the command line.
class TestComponents : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    const QString golden_ = source_path("/tests/golden/data");
    const QString model_ = golden_ + "/pipelines/sd1";
    QString network_, vae_;

    QStringList options(const QString& folder) const {
        return {"a dog",
                "a cat",
                "-m",
                model_,
                "-W",
                "32",
                "-H",
                "32",
                "--steps",
                "2",
                "--transformer",
                network_,
                "--vae",
                vae_,
                "-o",
                folder,
                "--text-encoder",
                golden_ + "/components/clip.safetensors",
                "--quiet"};
    }

    /// File names and hashes of the images of a run with these options.
    QStringList made(const QString& name, const QStringList& more) const {
        const ProgramResult result = run_fanlight(QStringList{"generate"} + options(home_.path(name)) + more);
        if (result.status != 0) qWarning("%s", qPrintable(result.output()));
        return images_in(home_.path(name));
    }

private Q_SLOTS:
    void init() {
        network_ = home_.path("dream_lcm_unet.safetensors");
        vae_ = home_.path("vae.safetensors");
        for (const QString& file : {network_, vae_}) QFile::remove(file);
        // Of a Latent Consistency Model, whose network takes the guidance scale as an input.
        const std::string own = read_file((model_ + "/unet/diffusion_pytorch_model.safetensors").toStdString());
        write_bytes(network_.toStdString(),
                    with_tensor(own, "time_embedding.cond_proj.weight", {16, 8}, std::string(256, '8')));
        QVERIFY(QFile::copy(golden_ + "/components/vae_original.safetensors", vae_));
    }

    void everyModeMakesTheSameBytes() {
        const QStringList one = made("one", {"--devices", "cpu"});
        QCOMPARE(one.size(), 2);
        QCOMPARE(made("replicas", {"--devices", "cpu,cpu"}), one);
        QCOMPARE(made("sharded", {"--devices", "cpu", "--mode", "sharded"}), one);
        QCOMPARE(made("pipelined", {"--devices", "cpu,cpu", "--mode", "pipelined", "--stages", "2"}), one);
    }

    void aChangedOrMissingOneEndsAResumedRun() {
        const QStringList whole = made("resumed", {"--devices", "cpu"});
        QVERIFY(QFile::remove(home_.path("resumed") + "/" + whole[0].section(' ', 0, 0)));
        const std::string bytes = read_file(vae_.toStdString());
        const QStringList resume = {"generate", "--resume", home_.path("resumed")};
        replace_file(vae_.toStdString(), "another");
        ProgramResult result = run_fanlight(resume);
        QVERIFY2(result.status == 1 && result.err.contains(vae_ + " has changed since the run in "),
                 qPrintable(result.output()));
        QVERIFY(QFile::remove(vae_));
        result = run_fanlight(resume);
        QVERIFY2(result.status == 1 && result.err.contains("is not there any more"), qPrintable(result.output()));
        replace_file(vae_.toStdString(), bytes);
        result = run_fanlight(resume);
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("resumed")), whole);
    }

    /// An image tells only their names and hashes.
    void theSameOnesMakeTheSameBytesAgain() {
        const QStringList images = made("original", {"--devices", "cpu"});
        const QString places = home_.path("comfy");
        for (const char* folder : {"/models/unet", "/models/vae", "/models/clip", "/models/loras"})
            QVERIFY(QDir().mkpath(places + folder));
        QVERIFY(QFile::copy(network_, places + "/models/unet/dream_lcm_unet.safetensors"));
        QVERIFY(QFile::copy(vae_, places + "/models/vae/vae.safetensors"));
        QVERIFY(QFile::copy(golden_ + "/components/clip.safetensors", places + "/models/clip/clip.safetensors"));
        const QString image = home_.path("moved.png");
        QVERIFY(QFile::rename(home_.path("original") + "/" + images[0].section(' ', 0, 0), image));
        const QStringList replay = {"replay", image, "-m", model_, "-o", home_.path("copy")};
        ProgramResult replayed = run_fanlight(replay);
        QVERIFY2(replayed.status == 2 && replayed.err.contains("There is no network \"dream_lcm_unet.safetensors\""),
                 qPrintable(replayed.output()));
        replayed = run_fanlight(replay + QStringList{"--models-dir", places});
        QVERIFY2(replayed.status == 0 && replayed.err.contains("1 of 1 images have the same bytes"),
                 qPrintable(replayed.output()));
    }

    /// A tile of this VAE has 16 x 16 pixels.
    void tilesAreTheSameInEveryModeAndInAReplay() {
        const QStringList whole = made("whole", {"--devices", "cpu"});
        const QStringList tiled = made("tiled", {"--devices", "cpu", "--vae-tiling", "--threads", "1"});
        QVERIFY(tiled.size() == 2 && tiled != whole);
        QCOMPARE(made("two tiled", {"--devices", "cpu,cpu", "--vae-tiling", "--threads", "2"}), tiled);
        QCOMPARE(made("stages tiled", {"--devices", "cpu,cpu", "--mode", "pipelined", "--stages", "2", "--vae-tiling"}),
                 tiled);
        QVERIFY(content_of(home_.path("tiled/.fanlight/run.json")).contains("\"vae_tiling\":true"));
        QVERIFY(!content_of(home_.path("whole/.fanlight/run.json")).contains("vae_tiling"));
        QVERIFY(QFile::remove(home_.path("tiled") + "/" + tiled[0].section(' ', 0, 0)));
        ProgramResult result = run_fanlight({"generate", "--resume", home_.path("tiled")});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("tiled")), tiled);
        result = run_fanlight({"replay", home_.path("tiled"), "-m", model_, "-o", home_.path("tiled again")});
        QVERIFY2(result.status == 0 && result.err.contains("2 of 2 images have the same bytes"),
                 qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("tiled again")), tiled);
    }

    void whatDoesNotFitIsRefusedBeforeAnythingIsMade() {
        QStringList wrong = options(home_.path("wrong"));
        wrong.replace(wrong.indexOf(vae_), golden_ + "/pipelines/sdxl/vae");
        const ProgramResult result = run_fanlight(QStringList{"generate"} + wrong);
        QVERIFY2(result.status == 1 && result.err.contains("is a VAE of Stable Diffusion XL"),
                 qPrintable(result.output()));
        QVERIFY(!QFile::exists(home_.path("wrong")));
    }
};

FANLIGHT_TEST(TestComponents, QCoreApplication)
#include "tst_components.moc"
