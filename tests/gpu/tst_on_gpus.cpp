// The programs on this machine's GPUs make the CPU's pictures, and the same bytes in every mode. Other models than the
// first one round differently, and are left out.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "core/images/png_reader.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Largest and mean difference of two pictures' channels, out of 255.
std::pair<int, double> difference(const QString& first, const QString& second) {
    const Image a = read_png(first.toStdString()), b = read_png(second.toStdString());
    if (a.rgb.empty() || a.width != b.width || a.height != b.height) return {255, 255};
    int largest = 0;
    double sum = 0;
    for (size_t i = 0; i < a.rgb.size(); ++i) {
        const int d = std::abs(a.rgb[i] - b.rgb[i]);
        largest = std::max(largest, d);
        sum += d;
    }
    return {largest, sum / static_cast<double>(a.rgb.size())};
}

}  // namespace

class TstOnGpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        const QString listed = run_fanlight({"devices"}).out;
        static const QRegularExpression row(
            R"(^(cuda:\d+)\s+(.+?)\s+[\d.]+ GiB\s+[\d.]+ GiB\s+([\d.]+)\s+(GPU|MIG)-\S+$)",
            QRegularExpression::MultilineOption);
        QString model;
        for (auto found = row.globalMatch(listed); found.hasNext();) {
            const auto gpu = found.next();
            if (listed.contains(gpu.captured(1) + " cannot be used") || (!model.isEmpty() && model != gpu.captured(2)))
                continue;
            model = gpu.captured(2);
            capability_ = gpu.captured(3).toDouble();
            gpus_ << gpu.captured(1);
        }
        QVERIFY2(!gpus_.isEmpty(), qPrintable("there is no GPU here that can be used:\n" + listed));
        first_ = gpus_.front();
        QCOMPARE(generate("cpu", {"--devices", "cpu"}), QString());
        QCOMPARE(generate("expected", {"--devices", first_}), QString());
        expected_ = images_in(path("expected"));
        QCOMPARE(expected_.size(), images);
    }

    void everyGpuHasMemory() {
        const ProgramResult plan = run_fanlight({"plan", "a dog", "--json", "--devices", gpus_.join(',')});
        QCOMPARE(plan.status, 0);
        const QJsonArray memory = QJsonDocument::fromJson(plan.out.toUtf8()).object()["memory"].toArray();
        QCOMPARE(memory.size(), gpus_.size());
        for (const QJsonValue& row : memory) QVERIFY(row.toObject()["free"].toDouble() > 0);
    }

    void thePicturesAreThoseOfTheCpu_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<int>("largest");
        QTest::addColumn<double>("mean");
        QTest::newRow("float32") << "float32" << 2 << 0.1;
        QTest::newRow("float16") << "float16" << 255 << 4.0;
        if (capability_ < 8) return;
        QTest::newRow("tf32") << "tf32" << 255 << 4.0;
        QTest::newRow("bfloat16") << "bfloat16" << 255 << 12.0;
    }

    void thePicturesAreThoseOfTheCpu() {
        QFETCH(QString, dtype);
        QFETCH(int, largest);
        QFETCH(double, mean);
        QCOMPARE(generate(dtype, {"--devices", first_, "--dtype", dtype}), QString());
        for (const QString& name : QDir(path(dtype)).entryList({"*.png"}, QDir::Files)) {
            const auto [max_difference, average] = difference(path("cpu/" + name), path(dtype + "/" + name));
            QVERIFY2(max_difference <= largest && average <= mean,
                     qPrintable(QString("%1: at most %2, on average %3").arg(name).arg(max_difference).arg(average)));
        }
    }

    void everyModeMakesTheSameBytes_data() {
        QTest::addColumn<QStringList>("options");
        const auto row = [](const char* name, const QStringList& options) { QTest::newRow(name) << options; };
        const QString all = gpus_.join(',');
        row("again", {"--devices", first_});
        row("replicas on all", {"--devices", all});
        row("replicas, shared evenly", {"--devices", all, "--split", "even"});
        row("sharded", {"--devices", all, "--mode", "sharded"});
        row("sharded, the rest in the host's memory",
            {"--devices", first_, "--mode", "sharded", "--max-memory", first_ + "=20MB,cpu=4GB"});
        row("sharded, the rest on disk",
            {"--devices", first_, "--mode", "sharded", "--max-memory", first_ + "=20MB,disk=4GB"});
        for (int stages = 1; stages <= gpus_.size(); ++stages)
            QTest::addRow("pipelined, %d stage(s)", stages)
                << QStringList{"--devices", gpus_.mid(0, stages).join(','), "--mode", "pipelined", "--num-chunks", "3"};
        row("pipelined, the first stage writes", {"--devices", all, "--mode", "pipelined", "--gather-output"});
    }

    void everyModeMakesTheSameBytes() {
        QFETCH(QStringList, options);
        const QString folder = QString("mode ") + QTest::currentDataTag();
        QCOMPARE(generate(folder, options), QString());
        QCOMPARE(images_in(path(folder)), expected_);
    }

    void recordedLayersMakeTheSameBytes() {
        qputenv("FANLIGHT_EXPERIMENTS", "graphs");
        const QString failed = generate("recorded", {"--devices", first_});
        qunsetenv("FANLIGHT_EXPERIMENTS");
        QCOMPARE(failed, QString());
        QCOMPARE(images_in(path("recorded")), expected_);
    }

    void launchedProcessesMakeTheSameBytes_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("replicas") << QStringList{};
        QTest::newRow("a pipeline") << QStringList{"--mode", "pipelined"};
    }

    void launchedProcessesMakeTheSameBytes() {
        QFETCH(QStringList, options);
        const QString folder = QString("launched ") + QTest::currentDataTag();
        const QString ids = QString(gpus_.join(',')).remove("cuda:");
        QCOMPARE(
            generate(folder, options, {"launch", "--num-processes", QString::number(gpus_.size()), "--gpu-ids", ids}),
            QString());
        QCOMPARE(images_in(path(folder)), expected_);
    }

private:
    static constexpr int images = 5;

    QString path(const QString& name) const { return folder_.filePath(name); }

    /// Returns what went wrong; empty: nothing.
    QString generate(const QString& folder, const QStringList& options, const QStringList& before = {}) const {
        const ProgramResult ended =
            run_fanlight(before +
                         QStringList{"generate", "a dog", "--images-per-prompt", QString::number(images), "--steps",
                                     "4", "-W", "64", "-H", "64", "--quiet", "-o", path(folder)} +
                         options);
        return ended.status == 0 ? QString() : ended.output() + " (" + QString::number(ended.status) + ")";
    }

    QTemporaryDir folder_;
    QStringList gpus_, expected_;
    QString first_;
    double capability_ = 0;
};

FANLIGHT_TEST(TstOnGpus, QCoreApplication)
#include "tst_on_gpus.moc"
