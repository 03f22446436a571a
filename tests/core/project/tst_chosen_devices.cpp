#include "core/project/chosen_devices.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

Device cpu() { return {.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 8}; }
Device card(int number, const Sentence& problem = {}) {
    const std::string digit = std::to_string(number);
    return {.id = "cuda:" + digit, .kind = "cuda", .name = "Card", .uuid = "GPU-" + digit, .problem = problem};
}

}  // namespace

/// Which devices of this machine a project means.
class TestChosenDevices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thoseOfTheProjectAreNamed_data() {
        QTest::addColumn<std::vector<DeviceChoice>>("choices");
        QTest::addColumn<std::vector<Device>>("devices");
        QTest::addColumn<QString>("text");
        using Choices = std::vector<DeviceChoice>;
        const std::vector<Device> two = {card(0), card(1), cpu()}, broken = {card(0, "it is lost."), cpu()};
        QTest::newRow("nothing is said") << Choices() << two << "all";
        QTest::newRow("one is off") << Choices{{"GPU-0", false}} << two << "cuda:1";
        QTest::newRow("all are off") << Choices{{"GPU-0", false}, {"GPU-1", false}} << two << "";
        QTest::newRow("one that is elsewhere is off") << Choices{{"GPU-9", false}} << two << "all";
        QTest::newRow("the CPU beside GPUs") << Choices{{"cpu", true, 3}} << two << "all";
        QTest::newRow("workers on the CPU") << Choices{{"cpu", true, 3}} << std::vector{cpu()} << "cpu,cpu,cpu";
        QTest::newRow("a GPU that cannot be used") << Choices{{"cpu", true, 2}} << broken << "cpu,cpu";
        QTest::newRow("no CPU") << Choices{{"cpu", false}} << std::vector{cpu()} << "";
    }
    void thoseOfTheProjectAreNamed() {
        QFETCH(std::vector<DeviceChoice>, choices);
        QFETCH(std::vector<Device>, devices);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(chosen_devices(choices, devices)), text);
    }
};

FANLIGHT_TEST(TestChosenDevices)
#include "tst_chosen_devices.moc"
