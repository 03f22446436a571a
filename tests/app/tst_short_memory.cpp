#include <QTest>

#include "core/protocol/run_plan.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Runs whose worker has little memory: its allocator throws beyond a number of bytes (support/programs/short_worker).
/// How many suffice for which recipe, the tests measure.
class TestShortMemory : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    const QString pipelines_ = source_path("/tests/golden/data/pipelines");

    /// With `bytes` of memory; 0: as much as there is.
    ProgramResult generate(const QString& name, qint64 bytes, const QStringList& options) const {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_WORKER", build_path("/tests/fanlight-short-worker"));
        environment.insert("SHORT_WORKER_PEAK", home_.path("peak"));
        if (bytes > 0) environment.insert("SHORT_WORKER_BYTES", QString::number(bytes));
        return run_program(build_path("/fanlight"),
                           QStringList{"generate", "a dog", "--steps", "1", "--threads", "1", "--devices", "cpu", "-o",
                                       home_.path(name)} +
                               options,
                           environment);
    }

    /// The most memory that a run takes which is made so from its beginning.
    qint64 peak_of(const QString& name, const QStringList& options) const {
        const ProgramResult made = generate(name, 0, options);
        if (made.status != 0) qWarning().noquote() << made.output();
        return content_of(home_.path("peak")).toLongLong();
    }

    QStringList images(const QString& name) const { return images_in(home_.path(name)); }

private Q_SLOTS:
    /// The VAE of this model needs more for a picture than the network.
    void tilesAreTriedFirst() {
        const QStringList options = {"-m", pipelines_ + "/sdxl", "-W",   "256",      "-H", "256", "--cfg-scale",
                                     "1",  "--sampler",          "ddim", "--images", "2"};
        const qint64 whole = peak_of("whole", options), tiled = peak_of("tiled", options + QStringList{"--vae-tiling"});
        QVERIFY2(5 * tiled < 4 * whole, qPrintable(QString("%1 %2").arg(tiled).arg(whole)));
        QVERIFY(images("tiled") != images("whole"));
        const qint64 bytes = (tiled + whole) / 2;

        const ProgramResult any = generate("any", bytes, options + QStringList{"--on-oom", "any"});
        QVERIFY2(any.status == 0, qPrintable(any.output()));
        QCOMPARE(images("any"), images("tiled"));
        QVERIFY2(
            any.err.contains("No device has enough memory for 00000-42-a-dog.png: from now on, the run's images are "
                             "decoded in tiles"),
            qPrintable(any.err));
        QCOMPARE(read_plan(home_.path("any").toStdString()).models(), 2);

        const ProgramResult same = generate("same", bytes, options);
        QCOMPARE(same.status, 1);
        QVERIFY2(same.err.contains("The machine has too little memory for this item"), qPrintable(same.err));
        QVERIFY(images("same").isEmpty());
    }

    /// Here the network needs more, and tiles do not help.
    void smallerMicroBatchesAreTriedNext() {
        const QStringList options = {"-m", pipelines_ + "/sd1", "-W", "64", "-H", "64", "--images", "4"},
                          any = {"--batch-size", "4", "--on-oom", "any"};
        const auto tiled = [&](int size) {
            return options + QStringList{"--vae-tiling", "--batch-size", QString::number(size)};
        };
        const qint64 two = peak_of("two", tiled(2)), one = peak_of("one", tiled(1)), bytes = (one + two) / 2;
        QVERIFY2(5 * one < 4 * two, qPrintable(QString("%1 %2").arg(one).arg(two)));
        QVERIFY(images("one") != images("two"));

        const ProgramResult made = generate("smaller", bytes, options + any);
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(images("smaller"), images("one"));
        for (const char* said : {"are decoded in tiles", "makes 2 items at a time", "makes 1 item at a time"})
            QCOMPARE(made.err.count(said), 1);

        // What is missing is made in the same way, however much memory there is now.
        const QString first = home_.path("smaller") + "/" + images("smaller")[0].section(' ', 0, 0);
        QVERIFY(QFile::remove(first));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", home_.path("smaller")});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(images("smaller"), images("one"));

        const ProgramResult none = generate("none", one - one / 20, options + any);
        QCOMPARE(none.status, 1);
        QVERIFY2(none.err.contains("tiles of the VAE did not suffice; a micro-batch of 1 did not suffice"),
                 qPrintable(none.err));
    }
};

FANLIGHT_TEST(TestShortMemory, QCoreApplication)
#include "tst_short_memory.moc"
