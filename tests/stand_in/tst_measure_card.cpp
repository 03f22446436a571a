// gpu/measure_card, which measures a card, tried on a stand-in for one: every step runs to its end.

#include <QMap>
#include <QTest>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstMeasureCard : public QObject {
    Q_OBJECT

    std::vector<Json> lines_;
    QString said_;

    /// Runs the script, which must succeed.
    void measure(const QStringList& options) {
        const QTemporaryDir folder;
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start("python3", QStringList{source_path("/tests/gpu/measure_card"), folder.path(), "--dry", "--budget",
                                             "840", "--build", build_path("")} +
                                     options);
        const bool ended = process.waitForFinished(870'000);
        said_ = QString::fromUtf8(process.readAll());
        QVERIFY2(ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, qPrintable(said_));
        lines_.clear();
        for (const QByteArray& line : content_of(folder.filePath("results.jsonl")).split('\n'))
            if (!line.isEmpty()) lines_.push_back(Json::parse(line.toStdString()));
    }

    /// The lines of a step whose `what` contains this.
    std::vector<Json> lines(const std::string& step, const std::string& what = "") const {
        std::vector<Json> found;
        for (const Json& line : lines_)
            if (line.at("step") == step && line.at("what").get<std::string>().find(what) != std::string::npos)
                found.push_back(line);
        return found;
    }

    void textsAreMeasured() const {
        const auto speeds = lines("texts", "batch size");
        QCOMPARE(speeds.size(), size_t{2});
        for (const Json& line : speeds)
            QVERIFY2(line.at("tokens_a_second") > 0 && line.at("needed") > 0, line.dump().c_str());
        const auto likelihoods = lines("texts", "log-likelihoods"), tokens = lines("texts", "greedy tokens");
        QVERIFY2(likelihoods.size() == 1 && tokens.size() == 1, qPrintable(said_));
        QVERIFY2(likelihoods.front().at("largest_a_token") > 0 && likelihoods.front().at("largest_a_token") < 0.1,
                 likelihoods.front().dump().c_str());
        QVERIFY2(tokens.front().at("agree") > 0.7 && tokens.front().at("different_tokens") > 5,
                 tokens.front().dump().c_str());
    }

    /// A network of FLUX.1's in all the ways that this machine has.
    void fluxIsMeasured(qsizetype ways) const {
        const auto speeds = lines("flux", "batch size");
        QVERIFY2(std::ssize(speeds) >= ways, qPrintable(said_));
        for (const Json& line : speeds) QVERIFY2(line.value("seconds_an_image", 0.0) > 0, line.dump().c_str());
        for (const char* twins : {"packed against dequantised", "two cards against one"}) {
            const auto compared = lines("flux", twins);
            QCOMPARE(compared.size(), size_t{1});
            QVERIFY2(compared.front().at("same") == true, compared.front().dump().c_str());
        }
    }

private Q_SLOTS:
    void initTestCase() { measure({}); }

    void everyStepIsComplete_data() {
        QTest::addColumn<int>("least");
        const QMap<QString, int> steps = {{"model", 2},  {"devices", 6}, {"pictures", 20}, {"memory", 9},
                                          {"faults", 8}, {"speed", 14},  {"dtypes", 18},   {"peer", 2},
                                          {"texts", 6},  {"tests", 2},   {"z_image", 4},   {"klein", 4},
                                          {"flux", 13}};
        for (auto step = steps.begin(); step != steps.end(); ++step)
            QTest::newRow(qPrintable(step.key())) << step.value();
    }
    void everyStepIsComplete() {
        QFETCH(int, least);
        const std::string step = QTest::currentDataTag();
        QVERIFY2(static_cast<int>(lines(step).size()) >= least, qPrintable(said_));
        const auto end = lines(step, "end of the step");
        QVERIFY2(end.size() == 1 && end.front().at("complete") == true, qPrintable(said_));
    }

    void thePicturesAreTheSame() {
        for (const char* how : {"again", "as one stage", "offloaded", "GB left"}) {
            const auto compared = lines("pictures", how);
            QCOMPARE(compared.size(), size_t{4});
            for (const Json& line : compared)
                QVERIFY2(line.at("same") == true && line.at("made") > 0, line.dump().c_str());
        }
    }

    void theFaultsHaveHappened() {
        for (const char* fault : {"SIGKILL", "SIGSEGV", "a null write"})
            for (const Json& line : lines("faults", fault))
                QVERIFY2(line.at("same") == true && line.at("restarts").size() == 1, line.dump().c_str());
        for (const Json& line : lines("faults", "at load"))  // the worker tries again by itself
            QVERIFY2(line.at("same") == true && line.at("restarts").empty(), line.dump().c_str());
        const auto write = lines("faults", "a null write");
        QVERIFY(write.front().at("restarts").dump().find("illegal memory access") != std::string::npos);
        const auto seized = lines("faults", "in mid-run");
        QCOMPARE(seized.size(), size_t{1});  // the worker makes room for what fails once
        QVERIFY2(seized.front().at("failures").empty() && seized.front().at("made") == seized.front().at("resumed_to"),
                 qPrintable(said_));
    }

    void whatWasMeasuredIsThere() {
        for (const Json& line : lines("memory", "size")) QVERIFY2(line.at("needed") > 0, line.dump().c_str());
        QCOMPARE(lines("speed", "float16").size(), size_t{10});
        for (const Json& line : lines("speed", "float16"))
            QVERIFY2(line.contains("same") || line.value("seconds_a_step", 0.0) > 0, line.dump().c_str());
        QCOMPARE(lines("speed", "load").size(), size_t{3});
        const auto differences = lines("dtypes", "against float32");
        QCOMPARE(differences.size(), size_t{4});
        for (const Json& line : differences)
            QVERIFY2(line.at("mean_of_255") > 0 && line.at("mean_of_255") < 4, line.dump().c_str());
        for (const Json& line : lines("dtypes", "batch size"))
            QVERIFY2(line.value("seconds_a_step", 0.0) > 0, line.dump().c_str());
        for (const char* step : {"z_image", "klein"})
            for (const Json& line : lines(step, "batch size"))
                QVERIFY2(line.value("seconds_an_image", 0.0) > 0, line.dump().c_str());
        fluxIsMeasured(6);
        QCOMPARE(lines("flux", "offloaded against resident").size(), size_t{1});
        textsAreMeasured();
    }

    void theProcessorIsMeasured() {
        measure({"--cpu", "texts", "flux"});
        QVERIFY2(lines("model").empty() && lines("pictures").empty(), qPrintable(said_));
        fluxIsMeasured(5);
        textsAreMeasured();
        for (const Json& line : lines("texts", "batch size")) QVERIFY2(line.at("taken") > 0, line.dump().c_str());
    }
};

FANLIGHT_TEST(TstMeasureCard, QCoreApplication)
#include "tst_measure_card.moc"
