#include "ui/settings/look.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <optional>

#include "ui/settings/settings.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

std::optional<bool> desktopIsDark;

/// Seeds, sizes and file names use the digits 0 to 9: one window must not show two kinds of digits.
QLocale withPlainDigits(const QLocale& locale) {
    if (locale.zeroDigit() == "0") return locale;
    for (const QLocale& other : QLocale::matchingLocales(locale.language(), QLocale::AnyScript, QLocale::AnyTerritory))
        if (other.zeroDigit() == "0" && other.decimalPoint() == ".") return other;
    return QLocale::c();
}

}  // namespace

void applyChosenColours() {
    const QString chosen = settings::colours.get();
    if (!chosen.isEmpty())
        applyStyle(chosen == "dark" ? Scheme::Dark : Scheme::Light);
    else if (desktopIsDark)
        applyStyle(*desktopIsDark ? Scheme::Dark : Scheme::Light);
    else
        followDesktop();
}

void setDesktopPreference(bool dark) {
    desktopIsDark = dark;
    applyChosenColours();
}

void applyChosenLanguage() {
    const QString chosen = settings::language.get();
    const QLocale locale = chosen.isEmpty() ? QLocale::system() : QLocale(chosen);
    QLocale::setDefault(withPlainDigits(locale));
    auto* own = new QTranslator(qApp);
    const bool known = own->load(locale, "fanlight", "_", ":/translations");
    if (!known && !own->load("fanlight_en", ":/translations")) return;  // English, too, has plural forms to look up
    QApplication::installTranslator(own);
    if (!known) return;
    auto* cores = new QTranslator(qApp);
    if (cores->load(locale, "core", "_", ":/translations")) QApplication::installTranslator(cores);
    auto* qts = new QTranslator(qApp);
    if (qts->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(qts);
    QApplication::setLayoutDirection(locale.textDirection());
}

}  // namespace fanlight::ui
