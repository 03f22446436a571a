#include <QTest>
#include <fstream>
#include <vector>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// A process and all its descendants.
std::vector<qint64> family_of(qint64 pid) {
    std::vector<qint64> family = {pid};
    for (size_t i = 0; i < family.size(); ++i) {
        const std::string parent = std::to_string(family[i]);
        std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
        for (qint64 child; children >> child;) family.push_back(child);
    }
    return family;
}

/// The addresses on which they listen, as ss prints them, without ports.
QSet<QString> addresses_listened_at(const std::vector<qint64>& processes) {
    QSet<QString> addresses;
    const QStringList lines = run_program("ss", {"-Hltnp"}).out.split('\n');
    for (const qint64 pid : processes)
        for (const QString& line : lines.filter(QString("pid=%1,").arg(pid)))
            addresses << line.simplified().section(' ', 3, 3).section(':', 0, -2);
    return addresses;
}

}  // namespace

/// On one machine nothing listens on the network.
class TestListening : public QObject {
    Q_OBJECT

    PrivateHome home_;

private Q_SLOTS:
    void nothingListensBeyondThisMachine_data() {
        QTest::addColumn<QStringList>("launch");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QSet<QString>>("expected");
        const QStringList launch = {"launch", "--num-processes", "2"}, two = {"--devices", "cpu,cpu"};
        const QSet<QString> nobody, loopback = {"127.0.0.1"};  // stages pass their results on over TCP
        QTest::newRow("replicas") << QStringList{} << two << nobody;
        QTest::newRow("sharded") << QStringList{} << QStringList{"--mode", "sharded", "--devices", "cpu"} << nobody;
        QTest::newRow("pipelined") << QStringList{} << QStringList{"--mode", "pipelined"} + two << loopback;
        QTest::newRow("launched replicas") << launch << QStringList{} << nobody;
        QTest::newRow("launched sharded") << launch << QStringList{"--mode", "sharded"} << nobody;
        QTest::newRow("launched pipelined") << launch << QStringList{"--mode", "pipelined"} + two << loopback;
        QTest::newRow("launched, gathered") << launch << QStringList{"--gather"} << nobody;
    }
    void nothingListensBeyondThisMachine() {
        QFETCH(QStringList, launch);
        QFETCH(QStringList, options);
        QFETCH(QSet<QString>, expected);
        QProcess program;
        program.setProcessChannelMode(QProcess::MergedChannels);
        program.start(build_path("/fanlight"),
                      launch +
                          QStringList{"generate", "a dog", "--images-per-prompt", "6", "--steps", "8", "-W", "64", "-H",
                                      "64", "--threads", "1", "--quiet", "-o", home_.path(QTest::currentDataTag())} +
                          options);
        QSet<QString> addresses;
        size_t processes = 0;
        while (!program.waitForFinished(50) && program.state() == QProcess::Running) {
            const auto family = family_of(program.processId());
            processes = std::max(processes, family.size());
            addresses += addresses_listened_at(family);
        }
        QVERIFY2(program.exitCode() == 0, program.readAll().constData());
        QVERIFY(processes > 1);
        QCOMPARE(addresses, expected);
    }
};

FANLIGHT_TEST(TestListening, QCoreApplication)
#include "tst_listening.moc"
