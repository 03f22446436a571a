#include "core/families/parts/distillation.h"
#include "core/families/parts/unet_distillations.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

class TstDistillation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesTell_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("steps");
        const auto row = [](const char* name, const char* method, int steps) {
            QTest::newRow(name) << method << steps;
        };
        row("sd_xl_turbo_1.0_fp16", "Turbo", 1);
        row("stabilityai/sdxl-turbo", "Turbo", 1);
        row("DreamShaperXL_Turbo_v2", "Turbo", 4);
        row("sdxl_lightning_4step_unet", "Lightning", 4);
        row("juggernautXL_lightning_8steps", "Lightning", 8);
        row("Hyper-SDXL-1step-Unet", "Hyper-SD", 1);
        row("dmd2_sdxl_4step_unet_fp16", "DMD2", 4);
        row("LCM_Dreamshaper_v7", "LCM", 4);
        row("lcm-sdxl", "LCM", 4);
        row("lightning_99999999999999999999step", "Lightning", 4);
        row("lightning_20steps", "Lightning", 4);
        row("sd_xl_base_1.0", "", 0);
        row("hyperRealisticXL_4steps", "", 0);
        row("turbocharged", "", 0);
        row("", "", 0);
    }
    void namesTell() {
        QFETCH(QString, method);
        QFETCH(int, steps);
        const auto told = told_distillation(QTest::currentDataTag(), unet_distillations());
        QCOMPARE(told.has_value(), !method.isEmpty());
        if (!told) return;
        QCOMPARE(QString(told->method), method);
        QCOMPARE(told->steps, steps);
    }
};

FANLIGHT_TEST(TstDistillation)
#include "tst_distillation.moc"
