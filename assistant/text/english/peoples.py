"""States with the names that English has for them and for who belongs to them, and where each is governed from.

Members and observers of the United Nations, and the parts of the United Kingdom; one state a line: its names, its own
first, and after a semicolon those of the city, by which news call its government ("Paris fears").
"""

from __future__ import annotations

_STATES = tuple(
    tuple(tuple(name.strip() for name in names.split(",") if name.strip()) for names in line.partition(";")[::2])
    for line in """
        Afghanistan, Afghan, Afghans; Kabul
        Albania, Albanian, Albanians; Tirana
        Algeria, Algerian, Algerians; Algiers
        Andorra, Andorran, Andorrans; Andorra la Vella
        Angola, Angolan, Angolans; Luanda
        Antigua and Barbuda, Antiguan, Antiguans; Saint John's
        Argentina, Argentine, Argentines, Argentinian, Argentinians; Buenos Aires
        Armenia, Armenian, Armenians; Yerevan
        Australia, Australian, Australians; Canberra
        Austria, Austrian, Austrians; Vienna
        Azerbaijan, Azerbaijani, Azerbaijanis; Baku
        Bahamas, Bahamian, Bahamians; Nassau
        Bahrain, Bahraini, Bahrainis; Manama
        Bangladesh, Bangladeshi, Bangladeshis; Dhaka
        Barbados, Barbadian, Barbadians; Bridgetown
        Belarus, Belarusian, Belarusians; Minsk
        Belgium, Belgian, Belgians; Brussels
        Belize, Belizean, Belizeans; Belmopan
        Benin, Beninese; Porto-Novo
        Bhutan, Bhutanese; Thimphu
        Bolivia, Bolivian, Bolivians; La Paz
        Bosnia and Herzegovina, Bosnia, Bosnian, Bosnians; Sarajevo
        Botswana, Batswana; Gaborone
        Brazil, Brazilian, Brazilians; Brasilia
        Brunei, Bruneian, Bruneians; Bandar Seri Begawan
        Bulgaria, Bulgarian, Bulgarians; Sofia
        Burkina Faso, Burkinabe; Ouagadougou
        Burundi, Burundian, Burundians; Gitega
        Cambodia, Cambodian, Cambodians; Phnom Penh
        Cameroon, Cameroonian, Cameroonians; Yaounde
        Canada, Canadian, Canadians; Ottawa
        Cape Verde, Cabo Verde, Cape Verdean, Cape Verdeans; Praia
        Central African Republic, Central African, Central Africans; Bangui
        Chad, Chadian, Chadians; N'Djamena
        Chile, Chilean, Chileans; Santiago
        China, Chinese; Beijing
        Colombia, Colombian, Colombians; Bogota
        Comoros, Comorian, Comorians; Moroni
        Costa Rica, Costa Rican, Costa Ricans; San Jose
        Croatia, Croatian, Croatians, Croat, Croats; Zagreb
        Cuba, Cuban, Cubans; Havana
        Cyprus, Cypriot, Cypriots; Nicosia
        Czechia, Czech Republic, Czech, Czechs; Prague
        Denmark, Danish, Dane, Danes; Copenhagen
        Djibouti, Djiboutian, Djiboutians
        Dominican Republic; Santo Domingo
        East Timor, Timor-Leste, Timorese; Dili
        Ecuador, Ecuadorian, Ecuadorians; Quito
        Egypt, Egyptian, Egyptians; Cairo
        El Salvador, Salvadoran, Salvadorans; San Salvador
        England, English; London
        Equatorial Guinea, Equatorial Guinean, Equatorial Guineans; Malabo
        Eritrea, Eritrean, Eritreans; Asmara
        Estonia, Estonian, Estonians; Tallinn
        Eswatini, Swaziland, Swazi, Swazis; Mbabane
        Ethiopia, Ethiopian, Ethiopians; Addis Ababa
        European Union, EU; Brussels
        Fiji, Fijian, Fijians; Suva
        Finland, Finnish, Finn, Finns; Helsinki
        France, French, Frenchman, Frenchwoman; Paris
        Gabon, Gabonese; Libreville
        Gambia, Gambian, Gambians; Banjul
        Georgia, Georgian, Georgians; Tbilisi
        Germany, German, Germans; Berlin
        Ghana, Ghanaian, Ghanaians; Accra
        Greece, Greek, Greeks; Athens
        Grenada, Grenadian, Grenadians
        Guatemala, Guatemalan, Guatemalans; Guatemala City
        Guinea, Guinean, Guineans; Conakry
        Guyana, Guyanese; Georgetown
        Haiti, Haitian, Haitians; Port-au-Prince
        Honduras, Honduran, Hondurans; Tegucigalpa
        Hungary, Hungarian, Hungarians; Budapest
        Iceland, Icelandic, Icelander, Icelanders; Reykjavik
        India, Indian, Indians; New Delhi, Delhi
        Indonesia, Indonesian, Indonesians; Jakarta
        Iran, Iranian, Iranians; Tehran
        Iraq, Iraqi, Iraqis; Baghdad
        Ireland, Irish; Dublin
        Israel, Israeli, Israelis; Jerusalem
        Italy, Italian, Italians; Rome
        Ivory Coast, Ivorian, Ivorians; Yamoussoukro
        Jamaica, Jamaican, Jamaicans; Kingston
        Japan, Japanese; Tokyo
        Jordan, Jordanian, Jordanians; Amman
        Kazakhstan, Kazakh, Kazakhs; Astana
        Kenya, Kenyan, Kenyans; Nairobi
        Kosovo, Kosovan, Kosovar, Kosovars; Pristina
        Kuwait, Kuwaiti, Kuwaitis; Kuwait City
        Kyrgyzstan, Kyrgyz; Bishkek
        Laos, Lao, Laotian, Laotians; Vientiane
        Latvia, Latvian, Latvians; Riga
        Lebanon, Lebanese; Beirut
        Lesotho, Basotho; Maseru
        Liberia, Liberian, Liberians; Monrovia
        Libya, Libyan, Libyans; Tripoli
        Lithuania, Lithuanian, Lithuanians; Vilnius
        Luxembourg, Luxembourger, Luxembourgers
        Madagascar, Malagasy; Antananarivo
        Malawi, Malawian, Malawians; Lilongwe
        Malaysia, Malaysian, Malaysians; Kuala Lumpur
        Maldives, Maldivian, Maldivians; Male
        Mali, Malian, Malians; Bamako
        Malta, Maltese; Valletta
        Mauritania, Mauritanian, Mauritanians; Nouakchott
        Mauritius, Mauritian, Mauritians; Port Louis
        Mexico, Mexican, Mexicans; Mexico City
        Moldova, Moldovan, Moldovans; Chisinau
        Monaco, Monegasque
        Mongolia, Mongolian, Mongolians; Ulaanbaatar
        Montenegro, Montenegrin, Montenegrins; Podgorica
        Morocco, Moroccan, Moroccans; Rabat
        Mozambique, Mozambican, Mozambicans; Maputo
        Myanmar, Burma, Burmese; Naypyidaw
        Namibia, Namibian, Namibians; Windhoek
        Nepal, Nepali, Nepalis, Nepalese; Kathmandu
        Netherlands, Holland, Dutch, Dutchman, Dutchwoman; The Hague
        New Zealand, New Zealander, New Zealanders; Wellington
        Nicaragua, Nicaraguan, Nicaraguans; Managua
        Niger, Nigerien, Nigeriens; Niamey
        Nigeria, Nigerian, Nigerians; Abuja
        North Korea, North Korean, North Koreans; Pyongyang
        North Macedonia, Macedonian, Macedonians; Skopje
        Northern Ireland, Northern Irish; Belfast
        Norway, Norwegian, Norwegians; Oslo
        Oman, Omani, Omanis; Muscat
        Pakistan, Pakistani, Pakistanis; Islamabad
        Palestine, Palestinian, Palestinians; Ramallah
        Panama, Panamanian, Panamanians; Panama City
        Papua New Guinea, Papua New Guinean; Port Moresby
        Paraguay, Paraguayan, Paraguayans; Asuncion
        Peru, Peruvian, Peruvians; Lima
        Philippines, Philippine, Filipino, Filipinos, Filipina; Manila
        Poland, Polish, Pole, Poles; Warsaw
        Portugal, Portuguese; Lisbon
        Qatar, Qatari, Qataris; Doha
        Romania, Romanian, Romanians; Bucharest
        Russia, Russian, Russians, Russian Federation; Moscow, Kremlin
        Rwanda, Rwandan, Rwandans; Kigali
        Samoa, Samoan, Samoans; Apia
        Saudi Arabia, Saudi, Saudis; Riyadh
        Scotland, Scottish, Scot, Scots; Edinburgh
        Senegal, Senegalese; Dakar
        Serbia, Serbian, Serbians, Serb, Serbs; Belgrade
        Seychelles, Seychellois
        Sierra Leone, Sierra Leonean, Sierra Leoneans; Freetown
        Singapore, Singaporean, Singaporeans
        Slovakia, Slovak, Slovaks; Bratislava
        Slovenia, Slovenian, Slovenians, Slovene, Slovenes; Ljubljana
        Somalia, Somali, Somalis; Mogadishu
        South Africa, South African, South Africans; Pretoria
        South Korea, South Korean, South Koreans; Seoul
        South Sudan, South Sudanese; Juba
        Spain, Spanish, Spaniard, Spaniards; Madrid
        Sri Lanka, Sri Lankan, Sri Lankans; Colombo
        Sudan, Sudanese; Khartoum
        Suriname, Surinamese; Paramaribo
        Sweden, Swedish, Swede, Swedes; Stockholm
        Switzerland, Swiss; Bern
        Syria, Syrian, Syrians; Damascus
        Taiwan, Taiwanese; Taipei
        Tajikistan, Tajik, Tajiks; Dushanbe
        Tanzania, Tanzanian, Tanzanians; Dodoma
        Thailand, Thai, Thais; Bangkok
        Togo, Togolese; Lome
        Tonga, Tongan, Tongans
        Trinidad and Tobago, Trinidadian, Trinidadians; Port of Spain
        Tunisia, Tunisian, Tunisians; Tunis
        Turkey, T\u00fcrkiye, Turkish, Turk, Turks; Ankara
        Turkmenistan, Turkmen; Ashgabat
        Uganda, Ugandan, Ugandans; Kampala
        Ukraine, Ukrainian, Ukrainians; Kyiv, Kiev
        United Arab Emirates, UAE, Emirati, Emiratis; Abu Dhabi
        United Kingdom, UK, Great Britain, Britain, British, Briton, Britons; London, Downing Street, Whitehall
        United Nations, UN
        United States of America, United States, US, USA, America, American, Americans; Washington, White House
        Uruguay, Uruguayan, Uruguayans; Montevideo
        Uzbekistan, Uzbek, Uzbeks; Tashkent
        Vanuatu, Ni-Vanuatu; Port Vila
        Vatican, Holy See
        Venezuela, Venezuelan, Venezuelans; Caracas
        Vietnam, Vietnamese; Hanoi
        Wales, Welsh, Welshman; Cardiff
        Yemen, Yemeni, Yemenis; Sanaa
        Zambia, Zambian, Zambians; Lusaka
        Zimbabwe, Zimbabwean, Zimbabweans; Harare
    """.strip().splitlines()
)

NAMES = tuple(names for names, _ in _STATES)
"""The names of each state, its own first."""
_GOVERNED_FROM = {name: (*names, *cities) for names, cities in _STATES for name in (*names, *cities)}


def called_as(name: str) -> tuple[str, ...]:
    """The name, and where it is a state's, or that of the city it is governed from, what else its government is called.

    Of several that are governed from one city, the one that comes last in the alphabet counts.
    """
    return _GOVERNED_FROM.get(name, (name,))
