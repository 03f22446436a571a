#include <QTest>

#include "core/output/manifest.h"
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
    const QString model_ = source_path("/tests/golden/data/pipelines/sd1");

    /// With `bytes` of memory; 0: as much as there is.
    ProgramResult generate(const QString& name, qint64 bytes, const QStringList& options) const {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_WORKER", build_path("/tests/fanlight-short-worker"));
        environment.insert("SHORT_WORKER_PEAK", home_.path("peak"));
        if (bytes > 0) environment.insert("SHORT_WORKER_BYTES", QString::number(bytes));
        return run_program(build_path("/fanlight"),
                           QStringList{"generate", "a dog", "-m", model_, "--steps", "2", "--threads", "1", "--devices",
                                       "cpu", "-o", home_.path(name)} +
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
    void peaks() {
        for (const QString& size : {"64", "128", "256"})
            for (const QStringList& options : {QStringList{"--batch-size", "4"},
                                               {"--batch-size", "4", "--vae-tiling"},
                                               {"--batch-size", "2"},
                                               {"--batch-size", "2", "--vae-tiling"},
                                               {"--batch-size", "1"},
                                               {"--batch-size", "1", "--vae-tiling"}}) {
                const QString name = size + options.join("");
                qInfo() << size << options
                        << peak_of(name, options + QStringList{"--images", "4", "-W", size, "-H", size});
            }
    }
};

FANLIGHT_TEST(TestShortMemory, QCoreApplication)
#include "tst_short_memory.moc"
