#include "ui/parameters/style_field.h"

#include <QApplication>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QTest>

#include "core/batch/styles.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestStyleField : public QObject {
    Q_OBJECT

    static Styles known() {
        Styles styles;
        for (const char* name : {"film", "night", "sai-3d-model", "a; b"}) styles.add({name, "{prompt}", ""});
        return styles;
    }
    static QListWidgetItem* item(const StyleField& field, const QString& name) {
        return field.findChild<QListWidget*>()->findItems(name, Qt::MatchExactly).value(0);
    }

private Q_SLOTS:
    void checkedStylesFollowThoseThatAreNamed() {
        StyleField field;
        field.setStyles("night");
        field.setKnown(known());
        QSignalSpy edited(&field, &StyleField::edited);
        QCOMPARE(item(field, "night")->checkState(), Qt::Checked);
        QCOMPARE(item(field, "film")->checkState(), Qt::Unchecked);
        item(field, "film")->setCheckState(Qt::Checked);
        QCOMPARE(field.styles(), QString("night; film"));
        item(field, "night")->setCheckState(Qt::Unchecked);
        QCOMPARE(field.styles(), QString("film"));
        item(field, "film")->setCheckState(Qt::Unchecked);
        QCOMPARE(field.styles(), QString());
        QCOMPARE(edited.size(), 3);
        QCOMPARE(edited.last().first().toString(), QString());
    }

    void namesAreComparedAsElsewhereAndKeptAsTheyAre() {
        StyleField field;
        field.setStyles("SAI 3D Model");
        field.setKnown(known());
        QCOMPARE(item(field, "sai-3d-model")->checkState(), Qt::Checked);
        item(field, "a; b")->setCheckState(Qt::Checked);
        QCOMPARE(field.styles(), QString(R"(["SAI 3D Model","a; b"])"));
    }

    void aStyleThatIsNotThereStays() {
        StyleField field;
        field.setStyles("noir");
        field.setKnown(known());
        item(field, "film")->setCheckState(Qt::Checked);
        QCOMPARE(field.styles(), QString("noir; film"));
    }

    void theListIsSearched() {
        StyleField field;
        field.setKnown(known());
        for (auto* line : field.findChildren<QLineEdit*>())
            if (!line->placeholderText().isEmpty() && line->parentWidget() != &field) line->setText("NI");
        QVERIFY(item(field, "film")->isHidden());
        QVERIFY(!item(field, "night")->isHidden());
    }

    void withoutStylesItSaysSo() {
        StyleField field;
        field.setKnown({});
        const auto* list = field.findChild<QListWidget*>();
        QCOMPARE(list->count(), 1);
        QVERIFY(!(list->item(0)->flags() & Qt::ItemIsEnabled));
        QCOMPARE(field.styles(), QString());
    }
};

FANLIGHT_TEST(TestStyleField, QApplication)
#include "tst_style_field.moc"
